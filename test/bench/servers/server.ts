/**
 * A server that is measured, and when it is there.
 */
import { describeError } from '../../../src/platform/errors.js';
import { watchAnswers } from '../ask.js';
import type { Running } from '../processes.js';
import { POOL_NAME } from '../six-mirrors.js';

export interface Server {
  readonly name: string;
  readonly port: number;
  /** Of the process whose CPU time counts, all its threads. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Milliseconds that a server has to answer. */
export const START_LIMIT = 60_000;

/** The server, once it answers. Rejects, with its last words, where it ends before that or takes too long. */
export async function whenAnswering(
  name: string,
  port: number,
  running: Running,
  { pool = POOL_NAME, limit = START_LIMIT } = {},
): Promise<Server> {
  const giveUp = new AbortController();
  const answers = watchAnswers({
    port,
    name: pool,
    until: (addresses) => addresses.length > 0,
    every: 20,
    limit,
    signal: giveUp.signal,
  });
  const ended = running.ended.then((how) => {
    throw new Error(`it ended (${how}): ${running.lastWords()}`);
  });
  try {
    await Promise.race([answers, ended]);
  } catch (error) {
    giveUp.abort();
    await running.stop();
    throw new Error(`${name} does not answer: ${describeError(error)}`);
  } finally {
    // From here on nobody waits for the other one.
    answers.catch(() => undefined);
    ended.catch(() => undefined);
  }
  return { name, port, pid: running.pid, stop: () => running.stop() };
}
