/**
 * How one process succeeds another without losing a query. Queries wait in sockets, which the service manager keeps for the
 * next process. That process answers at once, from the tables that this one leaves, until it has read and compiled what it
 * must serve. If anything is missing for that, it starts like any other server.
 */
import { closeSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { AnswerTable } from '../answer/table.js';
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import { loadLibc } from '../platform/libc.js';
import type { Log } from '../platform/log.js';
import type { Descriptor } from '../server/bound-socket.js';
import { type Endpoint, formatEndpoint } from '../server/endpoint.js';
import { type HandOver, readHandOver, writeHandOver } from '../server/hand-over.js';
import type { TlsTerms } from '../server/secure-context.js';
import { openService, type Service } from '../server/service.js';
import { beginThreads, type WaitingThreads } from '../server/waiting-threads.js';
import type { Manager } from '../systemd/manager.js';

/** The name under which the manager keeps the tables. */
const NAME = 'table';

/** Where and how a service answers. */
type Terms = Pick<HandOver, 'listen' | 'workers' | 'tcp' | 'tls' | 'policy'>;

export interface Takeover {
  /** Starts the threads that will answer, unless a service already does. */
  begin(terms: Pick<Terms, 'listen' | 'workers'>): Promise<void>;
  /** Opens the service, or makes the one that already answers use this table. */
  open(terms: Terms, table: AnswerTable): Promise<Service>;
  /** Makes the service listen there too. Returns what makes it listen only there. Rejects as the service's `relisten`. */
  relisten(listen: readonly Endpoint[], tls?: TlsTerms): Promise<() => Promise<void>>;
  /** Leaves the tables of the service to the next process. */
  leave(): Promise<void>;
  /** Stops the service. */
  stop(): Promise<void>;
}

/** A service that answers from what was left. The tables themselves must be free once it has others. */
interface Early extends Pick<Terms, 'workers' | 'tcp'> {
  readonly service: Service;
}

/** Answers at once, if the previous process left what that requires. */
export async function takeOver(manager: Manager, clock: Clock, log: Log): Promise<Takeover> {
  const libc = manager.descriptors.length > 0 || manager.keeps ? await loadLibc() : { unavailable: '' };
  const usable = 'unavailable' in libc ? [] : manager.descriptors;
  const inherited = usable.filter(({ name }) => name !== NAME);
  const left = usable.find(({ name }) => name === NAME);
  const handOver = left && readHandOver(left.fd);
  // It was for this process only. The next one must not answer from it when it is outdated.
  for (const each of manager.descriptors) if (!inherited.includes(each)) drop(each);
  let early = handOver && (await openEarly(handOver));
  let opened: Service | undefined;
  let hand: (() => HandOver) | undefined;
  let waiting: WaitingThreads | undefined;

  function drop({ name, fd }: Descriptor): void {
    manager.discard(name);
    closeSync(fd);
  }

  async function openEarly({ table, policy, ...where }: HandOver): Promise<Early | undefined> {
    try {
      const service = await openService({
        ...where,
        // The rate limit goes by a clock that began with the other process.
        policy: { ...policy, rateLimit: undefined },
        // The first table of this process comes after it.
        table: { ...table, generation: 0 },
        inherited,
        clock,
        log,
      });
      log.info({ event: 'taken-over' }, 'answering from what the process before left');
      return { service, workers: where.workers, tcp: where.tcp };
    } catch (error) {
      // For example, another program has taken an address; opening the service will report that.
      log.debug({ event: 'not-taken-over', error: describeError(error) }, describeError(error));
      return undefined;
    }
  }

  /** The service that already answers, if it does so where and how it must. */
  async function takeEarly({ listen, workers, tcp, tls, policy }: Terms, table: AnswerTable) {
    if (early === undefined) return undefined;
    const { service, ...before } = early;
    early = undefined;
    const same = isDeepStrictEqual(before, { workers, tcp });
    if (same && isDeepStrictEqual(service.endpoints.map(formatEndpoint), listen.map(formatEndpoint))) {
      service.govern(policy);
      if (tls !== undefined) service.secure(tls);
      service.publish(table);
      return service;
    }
    await service.stop();
    return undefined;
  }

  return {
    async begin({ listen, workers }) {
      if (early !== undefined) return;
      const isPortable = 'unavailable' in (await loadLibc());
      const plain = listen.filter(({ tls }) => !tls);
      const udp = plain.flatMap(() =>
        isPortable
          ? ['udp-portable' as const]
          : Array.from({ length: workers }, () => 'udp-batched' as const),
      );
      waiting = beginThreads([...udp, 'tcp', ...(plain.length < listen.length ? (['tls'] as const) : [])]);
    },
    async open(terms, table) {
      const service =
        (await takeEarly(terms, table)) ??
        (await openService({
          ...{ ...terms, table, inherited, clock, log },
          ...(waiting !== undefined && { begin: waiting.take }),
        }));
      for (const each of inherited.splice(0)) {
        // The service has its own descriptor for each socket that it took over.
        if (service.taken.some(({ fd }) => fd === each.fd)) closeSync(each.fd);
        else drop(each);
      }
      for (const { name, fd } of service.made) manager.store(name, fd);
      opened = service;
      hand = () => ({
        ...terms,
        policy: service.policy(),
        tls: service.tls(),
        listen: service.endpoints,
        table: service.table(),
      });
      return service;
    },
    async relisten(listen, tls) {
      const change = await opened?.relisten(listen, tls);
      return async () => {
        const { made = [], gone = [] } = (await change?.()) ?? {};
        for (const name of gone) manager.discard(name);
        for (const { name, fd } of made) manager.store(name, fd);
      };
    },
    async leave() {
      if (!manager.keeps || hand === undefined || 'unavailable' in libc) return;
      const fd = writeHandOver(libc, hand());
      if (fd !== undefined) manager.store(NAME, fd);
    },
    async stop() {
      await waiting?.stop();
      await (opened ?? early?.service)?.stop();
    },
  };
}
