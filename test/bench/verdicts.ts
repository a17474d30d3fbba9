/**
 * How long it takes from an operator's word to the last answer with the mirror, and whether anybody who asks after the word
 * was acknowledged is still sent there.
 */
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import { decode, encode } from 'dns-packet';
import { clientSubnet, watchAnswers } from './ask.js';
import type { WatchedMirror } from './many-mirrors.js';
import type { Geopool } from './servers/geopool.js';
import { type Spread, spreadOf } from './statistics.js';

/** Milliseconds that a verdict may take at all, and for which it is looked whether the mirror comes back by itself. */
const LIMIT = 30_000;
const AFTER = 100;

export interface VerdictTimes {
  /** Milliseconds from `disable`, before it is sent, to the last answer with the mirror; there is a query each millisecond. */
  readonly last: Spread;
  /** Answers with the mirror to queries that were sent after `disable` was acknowledged. */
  readonly wrong: number;
}

/** Disables and enables one mirror after another. */
export async function verdictTimes(
  { port, tell }: Geopool,
  name: string,
  mirrors: readonly WatchedMirror[],
): Promise<VerdictTimes> {
  const times: number[] = [];
  let wrong = 0;
  for (const { name: mirror, address, client } of mirrors) {
    const isIn = (): Promise<number> =>
      watchAnswers({
        port,
        name,
        subnet: client,
        until: (addresses) => addresses.includes(address),
        every: 1,
        limit: LIMIT,
      });
    await isIn();
    const asking = askSteadily(port, name, client);
    await pause(AFTER);
    const asked = performance.now();
    await tell('/disable', { mirror, reason: 'bench', force: true });
    const acknowledged = performance.now();
    await pause(AFTER);
    const answers = (await asking.stop()).filter(({ addresses }) => addresses.includes(address));
    times.push(Math.max(0, ...answers.map(({ came }) => came - asked)));
    wrong += answers.filter(({ sent }) => sent > acknowledged).length;
    await tell('/enable', { mirror });
    await isIn();
  }
  return { last: spreadOf(times), wrong };
}

interface Answered {
  /** By performance.now(). */
  readonly sent: number;
  readonly came: number;
  readonly addresses: readonly string[];
}

/** Asks each millisecond until it is stopped. */
function askSteadily(port: number, name: string, subnet: string): { stop(): Promise<readonly Answered[]> } {
  const socket: Socket = createSocket('udp4');
  const sent: number[] = [];
  const answers: Answered[] = [];
  const asking = setInterval(() => {
    const id = sent.push(performance.now()) - 1;
    const query = encode({
      type: 'query',
      id,
      questions: [{ name, type: 'A' }],
      additionals: [clientSubnet(subnet)],
    });
    socket.send(query, port, '127.0.0.1');
  }, 1);
  socket.on('message', (octets) => {
    const came = performance.now();
    const { id = -1, answers: records = [] } = decode(octets);
    const addresses = records.flatMap((record) => (record.type === 'A' ? [record.data] : []));
    answers.push({ sent: sent[id] ?? 0, came, addresses });
  });
  return {
    async stop() {
      clearInterval(asking);
      await pause(AFTER);
      socket.close();
      return answers;
    },
  };
}

/** Changes what holds for mirrors, one after the other, so often a second, until it is stopped. */
export function keepTurning(
  { tell }: Geopool,
  mirrors: readonly WatchedMirror[],
  perSecond: number,
): { stop(): Promise<void> } {
  let isOver = false;
  const turning = (async () => {
    for (let turn = 0; !isOver; turn++) {
      const mirror = mirrors[(turn >> 1) % mirrors.length]?.name;
      if (turn % 2 === 0) await tell('/disable', { mirror, reason: 'bench', force: true });
      else await tell('/enable', { mirror });
      await pause(1000 / perSecond);
    }
    for (const { name } of mirrors) await tell('/enable', { mirror: name });
  })();
  return {
    async stop() {
      isOver = true;
      await turning;
    },
  };
}
