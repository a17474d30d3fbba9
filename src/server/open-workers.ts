/**
 * The workers of a service, on all that it is to listen on: in batches, on sockets that the main thread owns, or portable,
 * where each worker opens its own.
 */
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import { GeopoolError } from '../errors.js';
import type { Libc } from '../libc.js';
import type { Log } from '../log.js';
import { type Descriptor, isPresent, SocketFault } from './bound-socket.js';
import type { Endpoint } from './endpoint.js';
import { keepListening } from './keep-listening.js';
import type { Duty } from './messages.js';
import type { Patient } from './pulse.js';
import { closeSockets, FREE_PORT_TRIES, openSockets, type Sockets } from './sockets.js';
import type { Protocol, WorkerCounters } from './tallies.js';
import type { TcpLimits } from './tcp-admission.js';
import { lend } from './tcp-sockets.js';
import { startBatched, startPortable, startTcp } from './threads.js';
import { hurry, RECEIVE_TIMEOUT, tellOfSmallBuffers, type UdpSocket } from './udp-sockets.js';
import { listenError, noteAddress, type Thread, type WorkerHandle } from './worker-handle.js';

export interface OpenWorker extends Patient {
  readonly protocol: Protocol;
  readonly handle: WorkerHandle;
  readonly counters: WorkerCounters;
  /** Where it answers in batches. */
  readonly socket?: UdpSocket;
}

export type StartWorker = (
  protocol: Protocol,
  endpoints: readonly Endpoint[],
  start: (endpoints: readonly Endpoint[], duty: Duty) => Thread,
) => Promise<OpenWorker>;

export interface Opened {
  readonly endpoints: readonly Endpoint[];
  readonly workers: readonly OpenWorker[];
  readonly sockets: Pick<Sockets, 'udp' | 'tcp'>;
  stop(): Promise<void>;
}

/** Opens all sockets, then all workers at once. */
export async function openBatched(
  libc: Libc,
  wanted: readonly Endpoint[],
  count: number,
  inherited: readonly Descriptor[],
  limits: TcpLimits,
  start: StartWorker,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Opened> {
  const sockets = openOrSayWhyNot(() => openSockets(libc, wanted, count, inherited));
  const { endpoints, udp, tcp } = sockets;
  // Where fewer sockets can be had than workers are wanted, several wait on one.
  const seats = endpoints.flatMap((endpoint) => {
    const shared = udp.filter((socket) => sameEndpoint(socket.endpoint, endpoint));
    return Array.from({ length: count }, (_, i) => shared[i % shared.length]).flatMap(
      (socket) => socket ?? [],
    );
  });
  const starting = [
    ...seats.map(async (socket) => ({
      ...(await start('udp', [socket.endpoint], (_own, duty) => startBatched(socket, duty, endpoints))),
      socket,
    })),
    start('tcp', endpoints, (own, duty) =>
      startTcp(
        own,
        duty,
        limits,
        tcp.map((socket) => lend(libc, socket)),
      ),
    ),
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
    async stop() {
      stopLooking();
      // From when the first worker for UDP ends, questions wait for whoever comes next: all of them are to end at once, and
      // after all else, so whoever waits in the kernel is told to look sooner.
      for (const socket of udp) hurry(libc, socket);
      const [others, last] = [workersOf('tcp'), workersOf('udp')];
      await Promise.all([...others.map(({ handle }) => handle.stop()), setTimeout(RECEIVE_TIMEOUT)]);
      await Promise.all(last.map(({ handle }) => handle.stop()));
      closeSockets(libc, sockets);
    },
  };

  function workersOf(protocol: Protocol): OpenWorker[] {
    return workers.filter((worker) => worker.protocol === protocol);
  }
}

/** Opens UDP, then TCP on the same ports. A port that was free for UDP may be taken for TCP: then another one is tried. */
export async function openPortable(
  wanted: readonly Endpoint[],
  limits: TcpLimits,
  start: StartWorker,
): Promise<Opened> {
  for (let tries = 1; ; tries++) {
    const workers: OpenWorker[] = [];
    const stop = async (): Promise<void> => {
      await Promise.all(workers.map(({ handle }) => handle.stop()));
    };
    try {
      const endpoints: Endpoint[] = [];
      for (const endpoint of wanted) {
        // Ports that are yet to be found belong to nobody.
        const siblings = [...endpoints, ...wanted].filter(({ port }) => port !== 0);
        const worker = await start('udp', [endpoint], (own, duty) => startPortable(own, duty, siblings));
        workers.push(worker);
        endpoints.push(worker.handle.endpoints[0] ?? endpoint);
      }
      workers.push(await start('tcp', endpoints, (own, duty) => startTcp(own, duty, limits)));
      return { endpoints, workers, sockets: { udp: [], tcp: [] }, stop };
    } catch (error) {
      await stop();
      const free = wanted.some(({ port }) => port === 0);
      const refused = error instanceof GeopoolError && error.code === 'LISTEN_FAILED';
      if (!free || !refused || tries === FREE_PORT_TRIES) throw error;
    }
  }
}

/** Says which addresses this host does not have yet, and when it has. They are listened on all the same. */
function followMissing(
  libc: Libc,
  { endpoints, udp, tcp }: Sockets,
  clock: Clock,
  log: Log,
): Promise<() => void> {
  const missing = [...udp, ...tcp].filter(({ present }) => !present).map(({ endpoint }) => endpoint);
  return keepListening({
    wanted: () => endpoints.filter((endpoint) => missing.some((other) => sameEndpoint(endpoint, other))),
    changes: false,
    async open(endpoint) {
      if (!isPresent(libc, endpoint)) throw new SocketFault('udp', endpoint, 'EADDRNOTAVAIL');
      return { close: () => undefined };
    },
    say(message) {
      for (const protocol of ['udp', 'tcp'] as const) noteAddress(message, protocol, log);
    },
    clock,
  });
}

function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.host === b.host && a.port === b.port;
}

/** All workers; where one can't be had, none is left. */
async function allOrNone(starting: readonly Promise<OpenWorker>[]): Promise<OpenWorker[]> {
  const outcomes = await Promise.allSettled(starting);
  const workers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return workers;
  await Promise.all(workers.map(({ handle }) => handle.stop()));
  throw failed.reason;
}

function openOrSayWhyNot(open: () => Sockets): Sockets {
  try {
    return open();
  } catch (error) {
    if (error instanceof SocketFault) throw listenError(error.protocol, error.endpoint, error.code);
    throw error;
  }
}
