/**
 * How much TCP a second of CPU time is good for: twenty connections kept open, with dnsperf.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askOverStream } from '../dnsperf.js';
import { atLeast, goalCells, grouped, SPREAD_HEAD, spreadCells, table } from '../markdown.js';
import type { Section } from '../part.js';
import { isInstalled, withLineup } from '../servers/lineup.js';
import { POOL_NAME } from '../six-mirrors.js';
import type { Stage } from '../stage.js';
import { spreadOf } from '../statistics.js';
import { ratioOf, takeTurns } from '../turns.js';

const TITLE = 'TCP: queries answered per second of server CPU';
const GOALS: Readonly<Record<string, ReturnType<typeof atLeast>>> = { Knot: atLeast(1) };

export async function measureTcp(stage: Stage): Promise<Section> {
  if (!isInstalled('dnsperf')) {
    return { title: TITLE, blocks: ['Left out: dnsperf is not installed (Debian: dnsperf).'] };
  }
  const questions = join(stage.directory, 'questions');
  writeFileSync(questions, `${POOL_NAME} A\n`);
  return withLineup(stage, ['gdnsd', 'Knot'], async ({ geopool, peers, missing }) => {
    stage.say('TCP');
    const servers = [geopool, ...peers];
    const figures = await takeTurns(stage.options.rounds, servers, (server) =>
      askOverStream(stage, server, 'tcp', server.port, questions),
    );
    const ratios = peers.map((peer) => {
      const ratio = ratioOf(figures, geopool, peer);
      return [peer.name, ...spreadCells(ratio, 2), ...goalCells(GOALS[peer.name], ratio.median, 2)];
    });
    const absolute = servers.map((server) => [
      server.name,
      grouped(spreadOf(figures.get(server) ?? []).median),
    ]);
    return {
      title: TITLE,
      blocks: [
        'dnsperf with 20 connections and 1,000 queries under way, no EDNS; geopool by the peer, of the same round:',
        table(['geopool by', ...SPREAD_HEAD, 'goal', ''], ratios),
        'Medians:',
        table(['', 'queries per CPU second'], absolute),
        ...missing,
      ],
    };
  });
}
