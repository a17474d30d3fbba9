/**
 * How long it takes from an operator's word to the last answer with the mirror, and whether anybody who asks after the word
 * was acknowledged is still sent there.
 */
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import { decode } from 'dns-packet';
import { questionOf, watchAnswers } from './ask.js';
import type { WatchedMirror } from './many-mirrors.js';
import type { Geopool } from './servers/geopool.js';
import { type Spread, spreadOf } from './statistics.js';

/** Milliseconds that a verdict may take at all, and for which it is looked whether the mirror comes back by itself. */
const LIMIT = 30_000;
const AFTER = 100;
/** Queries each millisecond: so few that nobody waits for another. */
const AT_ONCE = 4;

export interface VerdictTimes {
  /** Milliseconds from `disable`, before it is sent, to the last answer with the mirror. */
  readonly last: Spread;
  /** The same from when `disable` is acknowledged; 0 where there is no answer with it any more. */
  readonly afterwards: Spread;
  /** Answers with the mirror to queries that were sent after `disable` was acknowledged. */
  readonly wrong: number;
}

/** Disables and enables one mirror after another; `dnssecOk` asks for signatures, which all answers have to have then. */
export async function verdictTimes(
  { port, ask, tell }: Geopool,
  name: string,
  mirrors: readonly WatchedMirror[],
  dnssecOk = false,
): Promise<VerdictTimes> {
  const times: number[] = [];
  const afterwards: number[] = [];
  let wrong = 0;
  // The first request of a process takes tens of milliseconds until it is sent at all.
  await ask('/geo');
  for (const { name: mirror, address, client } of mirrors) {
    const isIn = (): Promise<number> =>
      watchAnswers({
        port,
        name,
        subnet: client,
        dnssecOk,
        until: (addresses) => addresses.includes(address),
        every: 1,
        limit: LIMIT,
      });
    await isIn();
    const asking = askSteadily(port, { name, subnet: client, dnssecOk });
    await pause(AFTER);
    const asked = performance.now();
    await tell('/disable', { mirror, reason: 'bench', force: true });
    const acknowledged = performance.now();
    await pause(AFTER);
    const all = await asking.stop();
    if (dnssecOk && !all.every(({ isSigned }) => isSigned))
      throw new Error(`${name}: an answer is not signed`);
    if (!all.some(({ sent }) => sent > acknowledged))
      throw new Error(`${name}: nobody is answered afterwards`);
    const answers = all.filter(({ addresses }) => addresses.includes(address));
    times.push(Math.max(0, ...answers.map(({ came }) => came - asked)));
    afterwards.push(Math.max(0, ...answers.map(({ came }) => came - acknowledged)));
    wrong += answers.filter(({ sent }) => sent > acknowledged).length;
    await tell('/enable', { mirror });
    await isIn();
  }
  return { last: spreadOf(times), afterwards: spreadOf(afterwards), wrong };
}

interface Answered {
  /** By performance.now(). */
  readonly sent: number;
  readonly came: number;
  readonly addresses: readonly string[];
  readonly isSigned: boolean;
}

/** Asks until it is stopped. */
function askSteadily(
  port: number,
  question: { readonly name: string; readonly subnet: string; readonly dnssecOk: boolean },
): { stop(): Promise<readonly Answered[]> } {
  const socket: Socket = createSocket('udp4');
  const sent: number[] = [];
  // They are read when none is under way any more, since reading one takes as long as many answers.
  const answers: { readonly came: number; readonly octets: Buffer }[] = [];
  const asking = setInterval(() => {
    for (let i = 0; i < AT_ONCE; i++) {
      const id = sent.length;
      const query = questionOf({ id, ...question });
      sent.push(performance.now());
      socket.send(query, port, '127.0.0.1');
    }
  }, 1);
  socket.on('message', (octets) => answers.push({ came: performance.now(), octets }));
  return {
    async stop() {
      clearInterval(asking);
      await pause(AFTER);
      socket.close();
      return answers.map(({ came, octets }) => {
        const { id = -1, answers: records = [] } = decode(octets);
        const addresses = records.flatMap((record) => (record.type === 'A' ? [record.data] : []));
        const isSigned = records.some(({ type }) => type === 'RRSIG');
        return { sent: sent[id] ?? 0, came, addresses, isSigned };
      });
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
