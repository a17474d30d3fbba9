/**
 * A server that is measured, and when it is there.
 */
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
export const START_LIMIT = 120_000;

/** The server, once it answers; rejects, with its last words, where it ends before that. */
export async function whenAnswering(
  name: string,
  port: number,
  running: Running,
  pool = POOL_NAME,
): Promise<Server> {
  const answers = watchAnswers({
    port,
    name: pool,
    until: (addresses) => addresses.length > 0,
    every: 20,
    limit: START_LIMIT,
  });
  const ended = running.ended.then((how) => {
    throw new Error(`${name} ended (${how}) before it answered: ${running.lastWords()}`);
  });
  await Promise.race([answers, ended]);
  // From here on it is asked to end.
  ended.catch(() => undefined);
  return { name, port, pid: running.pid, stop: () => running.stop() };
}
