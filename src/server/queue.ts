/**
 * How long queries can wait in the sockets while the server restarts: what fits into a socket until it is full, divided by
 * how fast queries come.
 */
import { TALLY } from '../answer/tally.js';
import type { Clock } from '../platform/clock.js';
import type { OpenWorker } from './open-workers.js';

export interface Queue {
  /** About how many queries fit into the socket that is full first. */
  readonly questions: number;
  /** Seconds until it is full, at the recent rate of queries; undefined if there were none. */
  readonly seconds: number | undefined;
}

/** Octets that the kernel counts for one query: its data, and its own record of it. */
const QUESTION = 768;
/** Milliseconds over which the recent rate is measured. */
const SPAN = 10_000;

export interface Queues {
  /** Undefined where UDP is portable. */
  now(): Queue | undefined;
  stop(): void;
}

export function watchQueues(workers: readonly OpenWorker[], clock: Clock): Queues {
  const sockets = new Map(
    workers.flatMap(({ socket }) => (socket === undefined ? [] : [[socket.fd, socket] as const])),
  );
  const sample = () => ({ at: clock.monotonic(), asked: new Map([...sockets.keys()].map(askedOn)) });
  let [before, after] = [sample(), sample()];
  let cancel = clock.after(SPAN, look);

  function look(): void {
    [before, after] = [after, sample()];
    cancel = clock.after(SPAN, look);
  }

  function askedOn(fd: number): [number, number] {
    const own = workers.filter(({ socket }) => socket?.fd === fd);
    const asked = own.reduce((sum, { counters: { tally } }) => {
      return sum + (tally[TALLY.QUERIES_IPV4] ?? 0) + (tally[TALLY.QUERIES_IPV6] ?? 0);
    }, 0);
    return [fd, asked];
  }

  return {
    now() {
      if (sockets.size === 0) return undefined;
      const spent = (after.at - before.at) / 1000;
      const lasts = Array.from(sockets.values(), ({ fd, receiveBuffer }) => {
        const questions = Math.floor(receiveBuffer / QUESTION);
        const asked = (after.asked.get(fd) ?? 0) - (before.asked.get(fd) ?? 0);
        return { questions, seconds: asked === 0 ? Infinity : (questions * spent) / asked };
      });
      const questions = Math.min(...lasts.map((each) => each.questions));
      const seconds = Math.min(...lasts.map((each) => each.seconds));
      return { questions, seconds: seconds === Infinity ? undefined : seconds };
    },
    stop: () => cancel(),
  };
}
