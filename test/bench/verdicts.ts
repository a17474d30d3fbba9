/**
 * How long it takes from an operator's word to the answers.
 */
import { watchAnswers } from './ask.js';
import type { WatchedMirror } from './many-mirrors.js';
import type { Geopool } from './servers/geopool.js';
import { type Spread, spreadOf } from './statistics.js';

/** Milliseconds that a verdict may take at all. */
const LIMIT = 30_000;

/**
 * Disables and enables one mirror after another. Gives the milliseconds from `disable`, before it is sent, to the first
 * answer without the mirror; there is a query each millisecond.
 */
export async function verdictTimes(
  { port, tell }: Geopool,
  name: string,
  mirrors: readonly WatchedMirror[],
): Promise<Spread> {
  const times: number[] = [];
  for (const { name: mirror, address, client } of mirrors) {
    const answers = (until: (addresses: readonly string[]) => boolean): Promise<number> =>
      watchAnswers({ port, name, subnet: client, until, every: 1, limit: LIMIT });
    const isIn = (): Promise<number> => answers((addresses) => addresses.includes(address));
    await isIn();
    const isOut = answers((addresses) => addresses.length > 0 && !addresses.includes(address));
    const asked = performance.now();
    const [at] = await Promise.all([isOut, tell('/disable', { mirror, reason: 'bench' })]);
    times.push(at - asked);
    await Promise.all([isIn(), tell('/enable', { mirror })]);
  }
  return spreadOf(times);
}
