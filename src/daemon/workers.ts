/**
 * Starts the threads that answer, and has all others stand back behind them.
 */
import type { Policy } from '../answer/policy.js';
import type { AnswerTable } from '../answer/table.js';
import { LOW_PRIORITY, lowerPriority, ownThreads } from '../platform/thread-priority.js';
import type { TlsTerms } from '../server/secure-context.js';
import type { Service } from '../server/service.js';
import type { DaemonSettings } from './settings.js';
import type { Takeover } from './takeover.js';

/** `helpers` are threads that stay as they are. Rejects with LISTEN_FAILED. */
export async function openWorkers(
  { listen, workers, tcp }: Pick<DaemonSettings, 'listen' | 'workers' | 'tcp'>,
  policy: Policy,
  tls: TlsTerms | undefined,
  table: AnswerTable,
  helpers: readonly number[],
  takeover: Takeover,
): Promise<Service> {
  // A thread begins as nice as the one that starts it: those that answer first, then the rest stands back for good.
  const others = ownThreads().filter((thread) => !helpers.includes(thread));
  const service = await takeover.open({ listen, workers, tcp, tls, policy }, table);
  lowerPriority(LOW_PRIORITY, others);
  return service;
}
