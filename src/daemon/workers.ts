/**
 * Starts the threads that answer, lowers the priority of all others, and follows changed settings for where they listen.
 */
import type { Policy } from '../answer/policy.js';
import type { AnswerTable } from '../answer/table.js';
import { LOW_PRIORITY, lowerPriority, ownThreads } from '../platform/thread-priority.js';
import type { TlsTerms } from '../server/secure-context.js';
import type { Service } from '../server/service.js';
import type { Change } from './reconfiguring.js';
import type { DaemonSettings } from './settings.js';
import type { Takeover } from './takeover.js';
import type { TlsKeeper } from './tls-keeper.js';

/** Follows changed endpoints and another config for TLS. */
export function followListen(
  tls: Pick<TlsKeeper, 'prepare' | 'terms'>,
  takeover: Pick<Takeover, 'relisten'>,
  service: Pick<Service, 'secure'>,
): { prepare(next: Pick<DaemonSettings, 'listen' | 'tls'>): Promise<Change> } {
  return {
    async prepare(next) {
      const { terms, follow } = tls.prepare(next.tls);
      const change = await takeover.relisten(next.listen, terms);
      return async () => {
        follow();
        await change();
        // The certificate may have been renewed while threads started that were given the one before.
        const now = tls.terms();
        if (now !== undefined) service.secure(now);
      };
    },
  };
}

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
