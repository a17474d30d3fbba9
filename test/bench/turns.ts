/**
 * Servers measured turn by turn, so that a machine which gets slower or faster meanwhile does so for all of them, and
 * the ratios of what they do in the same round.
 */
import { flood, type Question } from './loads.js';
import type { Server } from './servers/server.js';
import type { Stage } from './stage.js';
import { type Spread, spreadOf } from './statistics.js';

export type Measure<S> = (server: S) => Promise<number>;

/** What each server did, round by round. */
export async function takeTurns<S>(
  rounds: number,
  servers: readonly S[],
  measure: Measure<S>,
): Promise<ReadonlyMap<S, readonly number[]>> {
  const figures = new Map<S, number[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [server, own] of figures) own.push(await measure(server));
  }
  return figures;
}

/** One server's figures by another's, round by round. */
export function ratioOf<S>(figures: ReadonlyMap<S, readonly number[]>, one: S, other: S): Spread {
  const others = figures.get(other) ?? [];
  return spreadOf((figures.get(one) ?? []).map((figure, round) => figure / (others[round] ?? Number.NaN)));
}

/** Seconds of load after which a program that is compiled while it runs has been. */
const WARMING_UP = 1;

/** Queries answered for each second of the server's CPU time meanwhile. */
export async function warmUp(
  stage: Stage,
  { port, pid }: Server,
  asked: Omit<Question, 'port'>,
): Promise<number> {
  return (await flood(stage, { ...asked, port }, { pid, seconds: WARMING_UP })).perCpuSecond;
}

/** Queries answered over UDP for each second of the server's CPU time. */
export async function perCpuSecond(
  stage: Stage,
  { port, pid }: Server,
  asked: Omit<Question, 'port'>,
): Promise<number> {
  const { seconds } = stage.options;
  return (await flood(stage, { ...asked, port }, { pid, seconds })).perCpuSecond;
}
