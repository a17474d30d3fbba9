/**
 * How much UDP a second of CPU time is good for, beside the peers: with a client subnet, a random /24 in each query,
 * and without EDNS.
 */
import { atLeast, type Goal, goalCells, grouped, SPREAD_HEAD, spreadCells, table } from '../markdown.js';
import type { Section } from '../part.js';
import { type PeerName, withLineup } from '../servers/lineup.js';
import { POOL_NAME } from '../six-mirrors.js';
import type { Stage } from '../stage.js';
import { spreadOf } from '../statistics.js';
import { perCpuSecond, ratioOf, takeTurns, warmUp } from '../turns.js';

interface Way {
  readonly words: string;
  readonly subnet?: string;
  readonly goals: Readonly<Record<string, Goal>>;
}

const WAYS: readonly Way[] = [
  {
    words: 'client subnet',
    subnet: 'random',
    goals: { gdnsd: atLeast(1), Knot: atLeast(1.4), PowerDNS: atLeast(6), 'bare floor': atLeast(0.95) },
  },
  {
    words: 'none',
    goals: { gdnsd: atLeast(1), Knot: atLeast(1.1), PowerDNS: atLeast(5.5), 'bare floor': atLeast(0.95) },
  },
];
const PEERS: readonly PeerName[] = ['gdnsd', 'Knot', 'PowerDNS', 'bare floor'];

export async function measureUdp(stage: Stage): Promise<Section> {
  return withLineup(stage, PEERS, async ({ geopool, peers, missing }) => {
    const servers = [geopool, ...peers];
    const ratios: (readonly string[])[] = [];
    const absolute = servers.map(({ name }) => [name]);
    for (const { words, subnet, goals } of WAYS) {
      stage.say(`UDP, ${words}`);
      const asked = { name: POOL_NAME, ...(subnet !== undefined && { subnet }) };
      for (const server of servers) await warmUp(stage, server, asked);
      const figures = await takeTurns(stage.options.rounds, servers, (server) =>
        perCpuSecond(stage, server, asked),
      );
      for (const peer of peers) {
        const ratio = ratioOf(figures, geopool, peer);
        ratios.push([
          `${peer.name}, ${words}`,
          ...spreadCells(ratio, 2),
          ...goalCells(goals[peer.name], ratio.median, 2),
        ]);
      }
      for (const [i, server] of servers.entries()) {
        absolute[i]?.push(grouped(spreadOf(figures.get(server) ?? []).median));
      }
    }
    return {
      title: 'UDP: queries answered per second of server CPU',
      blocks: [
        'geopool by the peer, of the same round:',
        table(['geopool by', ...SPREAD_HEAD, 'goal', ''], ratios),
        'Medians:',
        table(['queries per CPU second', ...WAYS.map(({ words }) => words)], absolute),
        ...missing,
      ],
    };
  });
}
