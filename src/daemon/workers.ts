/**
 * Starts the threads that answer, and lowers the priority of all others.
 */
import type { Policy } from '../answer/policy.js';
import type { AnswerTable } from '../answer/table.js';
import { LOW_PRIORITY, lowerPriority, ownThreads } from '../platform/thread-priority.js';
import type { TlsTerms } from '../server/secure-context.js';
import type { Service } from '../server/service.js';
import type { DaemonSettings } from './settings.js';
import type { Takeover } from './takeover.js';

/** `helpers` are threads whose priority stays as it is. Rejects with LISTEN_FAILED. */
export async function openWorkers(
  { listen, workers, tcp }: Pick<DaemonSettings, 'listen' | 'workers' | 'tcp'>,
  policy: Policy,
  tls: TlsTerms | undefined,
  table: AnswerTable,
  helpers: readonly number[],
  takeover: Takeover,
): Promise<Service> {
  // A new thread inherits the niceness of the one that starts it. So those that answer are started first, and then the
  // others are lowered for good.
  const others = ownThreads().filter((thread) => !helpers.includes(thread));
  const service = await takeover.open({ listen, workers, tcp, tls, policy }, table);
  lowerPriority(LOW_PRIORITY, others);
  return service;
}
