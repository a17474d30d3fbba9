/**
 * Starts the threads that answer, and has all others stand back behind them.
 */
import type { Policy } from '../answer/policy.js';
import type { AnswerTable } from '../answer/table.js';
import type { Service } from '../net/service.js';
import { BEHIND, ownThreads, standBack } from '../thread-priority.js';
import type { DaemonSettings } from './settings.js';
import type { Succession } from './succession.js';

/** `helpers` are threads that stay as they are. Rejects with LISTEN_FAILED. */
export async function openWorkers(
  { listen, workers, tcp }: Pick<DaemonSettings, 'listen' | 'workers' | 'tcp'>,
  policy: Policy,
  table: AnswerTable,
  helpers: readonly number[],
  succession: Succession,
): Promise<Service> {
  // A thread begins as nice as the one that starts it: those that answer first, then the rest stands back for good.
  const others = ownThreads().filter((thread) => !helpers.includes(thread));
  const service = await succession.open({ listen, workers, tcp, policy }, table);
  standBack(BEHIND, others);
  return service;
}
