/**
 * How one process follows another without a question lost. Questions wait in sockets, which the service manager keeps for the
 * process to come; and that one answers at once, from what this one leaves, until it has read and compiled what is to be
 * served. Where anything of that is not to be had, it begins as any server does.
 */
import { closeSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { AnswerTable } from '../answer/table.js';
import type { Clock } from '../clock.js';
import { describeError } from '../errors.js';
import { loadLibc } from '../libc.js';
import type { Log } from '../log.js';
import type { Descriptor } from '../net/bound-socket.js';
import { formatEndpoint } from '../net/endpoint.js';
import { type HandOver, readHandOver, writeHandOver } from '../net/hand-over.js';
import { openService, type Service } from '../net/service.js';
import type { Manager } from '../systemd/manager.js';

/** The name that the manager knows it by. */
const NAME = 'table';

/** Where and how a service answers. */
type Terms = Pick<HandOver, 'listen' | 'workers' | 'tcp' | 'policy'>;

export interface Succession {
  /** Opens the service, or has the one that answers already answer from this table. */
  open(terms: Terms, table: AnswerTable): Promise<Service>;
  /** Leaves what the service answers from to the process that comes next. */
  leave(): Promise<void>;
  /** Ends the service. */
  stop(): Promise<void>;
}

/** Answers already, if the process before left what that takes. */
export async function succeed(manager: Manager, clock: Clock, log: Log): Promise<Succession> {
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
  async function takeEarly({ listen, workers, tcp, policy }: Terms, table: AnswerTable) {
    const service = early;
    early = undefined;
    if (service === undefined) return undefined;
    const same = isDeepStrictEqual([handOver?.workers, handOver?.tcp], [workers, tcp]);
    if (same && isDeepStrictEqual(service.endpoints.map(formatEndpoint), listen.map(formatEndpoint))) {
      service.govern(policy);
      service.publish(table);
      return service;
    }
    await service.stop();
    return undefined;
  }

  return {
    async open(terms, table) {
      const service =
        (await takeEarly(terms, table)) ?? (await openService({ ...terms, table, inherited, clock, log }));
      for (const each of inherited.splice(0)) {
        // A service has a descriptor of its own for each that it took.
        if (service.taken.some(({ fd }) => fd === each.fd)) closeSync(each.fd);
        else drop(each);
      }
      for (const { name, fd } of service.made) manager.store(name, fd);
      opened = service;
      hand = () => ({ ...terms, listen: service.endpoints, table: service.table() });
      return service;
    },
    async leave() {
      if (!manager.keeps || hand === undefined || 'unavailable' in libc) return;
      const fd = writeHandOver(libc, hand());
      if (fd !== undefined) manager.store(NAME, fd);
    },
    async stop() {
      await (opened ?? early)?.stop();
    },
  };
}
