/**
 * How long the scopes of answers are: each bit more is a resolver's cache that holds twice as many answers.
 */

import { flood } from '../loads.js';
import { atMost, goalCells, table } from '../markdown.js';
import type { Section } from '../part.js';
import { withLineup } from '../servers/lineup.js';
import { POOL_NAME } from '../six-mirrors.js';
import type { Stage } from '../stage.js';

const CLIENTS = 100_000;
const ADDRESSES = 3;
const LIMIT = 60;

export async function measureScope(stage: Stage): Promise<Section> {
  return withLineup(stage, ['gdnsd', 'Knot', 'PowerDNS'], async ({ geopool, peers, missing }) => {
    stage.say('scope');
    const scopes: { name: string; mean: number }[] = [];
    for (const { name, port, pid } of [geopool, ...peers]) {
      const { scoped, meanScope } = await flood(
        stage,
        { port, name: POOL_NAME, subnet: 'random' },
        { pid, seconds: LIMIT, count: CLIENTS, answers: ADDRESSES },
      );
      if (scoped < CLIENTS * 0.95) throw new Error(`${name} told ${scoped} scopes in ${CLIENTS} answers`);
      scopes.push({ name, mean: meanScope });
    }
    const own = scopes[0]?.mean ?? Number.NaN;
    const gdnsd = scopes.find(({ name }) => name === 'gdnsd')?.mean;
    const rows = scopes.map(({ name, mean }) => {
      const goal = name === 'geopool' && gdnsd !== undefined ? atMost(gdnsd + 1) : undefined;
      return [name, mean.toFixed(2), ...goalCells(goal, own, 2)];
    });
    return {
      title: 'Scope: how widely an answer may be cached',
      blocks: [
        `The mean scope of the answers to ${CLIENTS.toLocaleString('en')} random /24s; all servers are asked the same:`,
        table(['', 'mean scope', 'goal', ''], rows),
        ...missing,
      ],
    };
  });
}
