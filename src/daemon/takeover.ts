/**
 * How one process follows another without a question lost. Questions wait in sockets, which the service manager keeps for the
 * process to come; and that one answers at once, from what this one leaves, until it has read and compiled what is to be
 * served. Where anything of that is not to be had, it begins as any server does.
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

/** The name that the manager knows it by. */
const NAME = 'table';

/** Where and how a service answers. */
type Terms = Pick<HandOver, 'listen' | 'workers' | 'tcp' | 'tls' | 'policy'>;

export interface Takeover {
  /** Has those threads begin that will answer, unless they do already. */
  begin(terms: Pick<Terms, 'listen' | 'workers'>): Promise<void>;
  /** Opens the service, or has the one that answers already answer from this table. */
  open(terms: Terms, table: AnswerTable): Promise<Service>;
  /** Has the service listen there too, and gives what has it listen there alone. Rejects as `relisten` of the service does. */
  relisten(listen: readonly Endpoint[], tls?: TlsTerms): Promise<() => Promise<void>>;
  /** Leaves what the service answers from to the process that comes next. */
  leave(): Promise<void>;
  /** Ends the service. */
  stop(): Promise<void>;
}

/** Answers already, if the process before left what that takes. */
export async function takeOver(manager: Manager, clock: Clock, log: Log): Promise<Takeover> {
  const libc = manager.descriptors.length > 0 || manager.keeps ? await loadLibc() : { unavailable: '' };
  const usable = 'unavailable' in libc ? [] : manager.descriptors;
  const inherited = usable.filter(({ name }) => name !== NAME);
  const left = usable.find(({ name }) => name === NAME);
  const handOver = left && readHandOver(left.fd);
  // It was for this process. The next one must not answer from what is old by then.
  for (const each of manager.descriptors) if (!inherited.includes(each)) drop(each);
  let early = handOver && (await openEarly(handOver));
  let opened: Service | undefined;
  let hand: (() => HandOver) | undefined;
  let waiting: WaitingThreads | undefined;

  function drop({ name, fd }: Descriptor): void {
    manager.discard(name);
    closeSync(fd);
  }

  async function openEarly({ table, policy, ...where }: HandOver): Promise<Service | undefined> {
    try {
      const service = await openService({
        ...where,
        // What is limited goes by a clock that began with the other process.
        policy: { ...policy, rateLimit: undefined },
        // The first table of this process comes after it.
        table: { ...table, generation: 0 },
        inherited,
        clock,
        log,
      });
      log.info({ event: 'taken-over' }, 'answering from what the process before left');
      return service;
    } catch (error) {
      // Such as an address that somebody else has taken, which will be said.
      log.debug({ event: 'not-taken-over', error: describeError(error) }, describeError(error));
      return undefined;
    }
  }

  /** The service that answers already, if it does so where and how it is to be. */
  async function takeEarly({ listen, workers, tcp, tls, policy }: Terms, table: AnswerTable) {
    const service = early;
    early = undefined;
    if (service === undefined) return undefined;
    const same = isDeepStrictEqual([handOver?.workers, handOver?.tcp], [workers, tcp]);
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
        // A service has a descriptor of its own for each that it took.
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
      await (opened ?? early)?.stop();
    },
  };
}
