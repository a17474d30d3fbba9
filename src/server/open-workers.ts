/**
 * The workers of a service, on all its endpoints: batched, on sockets that the main thread owns, or portable, where each
 * worker opens its own.
 */
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import type { Libc } from '../platform/libc.js';
import type { Log } from '../platform/log.js';
import { type BoundSocket, type Descriptor, isPresent, SocketFault } from './bound-socket.js';
import type { Endpoint } from './endpoint.js';
import type { WatchedWorker } from './heartbeat.js';
import { keepListening } from './keep-listening.js';
import { TAKEN, takeDescriptor, type WorkerConfig } from './messages.js';
import type { TlsTerms } from './secure-context.js';
import { closeSockets, FREE_PORT_TRIES, openSockets, type Sockets } from './sockets.js';
import type { Protocol } from './sums.js';
import type { WorkerCounters } from './tallies.js';
import type { TcpLimits } from './tcp-admission.js';
import { duplicateForWorker } from './tcp-sockets.js';
import { startBatched, startPortable, startTcp, startTls } from './threads.js';
import { RECEIVE_TIMEOUT, shortenReceiveTimeout, tellOfSmallBuffers, type UdpSocket } from './udp-sockets.js';
import type { beginThread } from './waiting-threads.js';
import { listenError, noteAddress, type Thread, type WorkerHandle } from './worker-handle.js';

export interface OpenWorker extends WatchedWorker {
  readonly protocol: Protocol;
  readonly handle: WorkerHandle;
  readonly counters: WorkerCounters;
  /** If it answers in batches. */
  readonly socket?: UdpSocket;
}

/** The terms on which workers answer over TCP and TLS. */
export interface StreamTerms {
  readonly limits: TcpLimits;
  /** The current TLS terms; throws if there are none. */
  readonly tls: () => TlsTerms;
}

export type StartWorker = (
  protocol: Protocol,
  endpoints: readonly Endpoint[],
  start: (endpoints: readonly Endpoint[], config: WorkerConfig) => Thread,
) => Promise<OpenWorker>;

export interface Opened {
  readonly endpoints: readonly Endpoint[];
  readonly workers: readonly OpenWorker[];
  readonly sockets: Omit<Sockets, 'endpoints'>;
  stop(): Promise<void>;
  /** The same, but without haste: other workers answer on these sockets already. */
  leave(): Promise<void>;
}

/** Opens all sockets, then starts all workers at once. */
export async function openBatched(
  libc: Libc,
  wanted: readonly Endpoint[],
  count: number,
  inherited: readonly Descriptor[],
  { limits, tls }: StreamTerms,
  start: StartWorker,
  { clock, log, begin }: { readonly clock: Clock; readonly log: Log; readonly begin: typeof beginThread },
): Promise<Opened> {
  const sockets = openOrSayWhyNot(() => openSockets(libc, wanted, count, inherited));
  const { endpoints, udp, tcp } = sockets;
  const [plain, secured] = byTls(endpoints);
  // If there are fewer sockets than workers, several workers share one.
  const members = plain.flatMap((endpoint) => {
    const shared = udp.filter((socket) => sameEndpoint(socket.endpoint, endpoint));
    return Array.from({ length: count }, (_, i) => shared[i % shared.length]).flatMap(
      (socket) => socket ?? [],
    );
  });
  const starting = [
    ...members.map(async (socket) => ({
      ...(await start('udp', [socket.endpoint], (_own, config) =>
        startBatched(socket, config, plain, begin),
      )),
      socket,
    })),
    start('tcp', plain, (own, config) =>
      withDuplicates(libc, tcp, (lent) => startTcp(own, config, limits, lent, begin)),
    ),
    ...(secured.length === 0
      ? []
      : [
          start('tls', secured, (own, config) =>
            withDuplicates(libc, sockets.tls, (lent) => startTls(own, config, limits, tls(), lent, begin)),
          ),
        ]),
  ];
  const workers = await allOrNone(starting).catch((error: unknown) => {
    closeSockets(libc, sockets);
    throw error;
  });
  tellOfSmallBuffers(udp, log);
  const stopLooking = await followMissing(libc, sockets, clock, log);
  return {
    endpoints,
    workers,
    sockets,
    stop() {
      // Once the first UDP worker ends, queries wait for the next process. So all UDP workers must end at the same time, and
      // after everything else: make those that block in the kernel check sooner.
      for (const socket of udp) shortenReceiveTimeout(libc, socket);
      return leave();
    },
    leave,
  };

  async function leave(): Promise<void> {
    stopLooking();
    const [others, last] = [[...workersOf('tcp'), ...workersOf('tls')], workersOf('udp')];
    await Promise.all([...others.map(({ handle }) => handle.stop()), setTimeout(RECEIVE_TIMEOUT)]);
    await Promise.all(last.map(({ handle }) => handle.stop()));
    closeSockets(libc, sockets);
  }

  function workersOf(protocol: Protocol): OpenWorker[] {
    return workers.filter((worker) => worker.protocol === protocol);
  }
}

/**
 * Opens UDP, then TCP on the same ports, then TLS. A free port found for UDP may be taken for TCP; then another one is
 * tried.
 */
export async function openPortable(
  wanted: readonly Endpoint[],
  { limits, tls }: StreamTerms,
  start: StartWorker,
  begin: typeof beginThread,
): Promise<Opened> {
  const [plain, secured] = byTls(wanted);
  for (let tries = 1; ; tries++) {
    const workers: OpenWorker[] = [];
    const stop = async (): Promise<void> => {
      await Promise.all(workers.map(({ handle }) => handle.stop()));
    };
    try {
      const endpoints: Endpoint[] = [];
      for (const endpoint of plain) {
        // A port that is not chosen yet is no sibling.
        const siblings = [...endpoints, ...plain].filter(({ port }) => port !== 0);
        const worker = await start('udp', [endpoint], (own, config) =>
          startPortable(own, config, siblings, begin),
        );
        workers.push(worker);
        endpoints.push(worker.handle.endpoints[0] ?? endpoint);
      }
      workers.push(
        await start('tcp', endpoints, (own, config) => startTcp(own, config, limits, undefined, begin)),
      );
      if (secured.length > 0) {
        const worker = await start('tls', secured, (own, config) =>
          startTls(own, config, limits, tls(), undefined, begin),
        );
        workers.push(worker);
        endpoints.push(...worker.handle.endpoints);
      }
      return { endpoints, workers, sockets: { udp: [], tcp: [], tls: [] }, stop, leave: stop };
    } catch (error) {
      await stop();
      const free = wanted.some(({ port }) => port === 0);
      const refused = error instanceof GeopoolError && error.code === 'LISTEN_FAILED';
      if (!free || !refused || tries === FREE_PORT_TRIES) throw error;
    }
  }
}

/** Logs which addresses this host does not have yet, and when it gets them. The sockets are bound to them all the same. */
function followMissing(
  libc: Libc,
  { endpoints, udp, tcp, tls }: Sockets,
  clock: Clock,
  log: Log,
): Promise<() => void> {
  const missing = [...udp, ...tcp, ...tls].filter(({ present }) => !present).map(({ endpoint }) => endpoint);
  return keepListening({
    wanted: () => endpoints.filter((endpoint) => missing.some((other) => sameEndpoint(endpoint, other))),
    changes: false,
    async open(endpoint) {
      if (!isPresent(libc, endpoint)) throw new SocketFault('udp', endpoint, 'EADDRNOTAVAIL');
      return { close: () => undefined };
    },
    say(message) {
      const secured = 'endpoint' in message && message.endpoint.tls;
      const protocols = secured ? (['tls'] as const) : (['udp', 'tcp'] as const);
      for (const protocol of protocols) noteAddress(message, protocol, log);
    },
    clock,
  });
}

/** The endpoints for UDP and TCP, and those for TLS. */
function byTls(endpoints: readonly Endpoint[]): readonly [Endpoint[], Endpoint[]] {
  return [endpoints.filter(({ tls }) => !tls), endpoints.filter(({ tls }) => tls)];
}

function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.host === b.host && a.port === b.port;
}

/** All workers; if one fails to start, the others are stopped and it throws. */
async function allOrNone(starting: readonly Promise<OpenWorker>[]): Promise<OpenWorker[]> {
  const outcomes = await Promise.allSettled(starting);
  const workers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return workers;
  await Promise.all(workers.map(({ handle }) => handle.stop()));
  throw failed.reason;
}

/**
 * Starts a thread with duplicates of these sockets' descriptors. Those that it has not taken by its end are closed then: each
 * try to replace a thread would leave some open, and clients would wait in sockets that no thread accepts from.
 */
function withDuplicates(
  libc: Libc,
  sockets: readonly BoundSocket[],
  start: (duplicates: Int32Array) => Thread,
): Thread {
  const duplicates = new Int32Array(new SharedArrayBuffer(sockets.length * Int32Array.BYTES_PER_ELEMENT));
  duplicates.fill(TAKEN);
  const closeLeft = (): void => {
    for (const index of duplicates.keys()) {
      const descriptor = takeDescriptor(duplicates, index);
      if (descriptor !== undefined) libc.close(descriptor);
    }
  };
  try {
    openOrSayWhyNot(() => {
      for (const [i, socket] of sockets.entries()) duplicates[i] = duplicateForWorker(libc, socket);
    });
    const thread = start(duplicates);
    thread.worker.once('exit', closeLeft);
    return thread;
  } catch (error) {
    closeLeft();
    throw error;
  }
}

function openOrSayWhyNot<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof SocketFault) throw listenError(error.protocol, error.endpoint, error.code);
    throw error;
  }
}
