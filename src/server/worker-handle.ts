/**
 * One worker thread as the main thread sees it: started, sent messages, replaced when it dies. Its config is read again at
 * each start, so that a replacement answers from what the other workers do.
 */
import type { Worker } from 'node:worker_threads';
import type { Clock } from '../platform/clock.js';
import { describeError, GeopoolError, TOO_FEW_FILES } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { type Endpoint, formatEndpoint } from './endpoint.js';
import type { FromWorker, ToWorker, WorkerConfig } from './messages.js';
import type { Protocol } from './sums.js';

/** Milliseconds before a worker that died is replaced; a worker that dies at every start must not spin. */
const REPLACE_AFTER = 100;
/** Milliseconds before the next try, if a replacement could not be started. */
const RETRY_AFTER = 1000;
/** Milliseconds that a worker may take to end; after that it is terminated. */
const STOP_WITHIN = 1500;

export interface WorkerHandle {
  /** The endpoints it listens on, with free ports filled in. */
  readonly endpoints: readonly Endpoint[];
  tell(message: ToWorker): void;
  /** Sends it the current table and counters. */
  republish(): void;
  /** How often it died. */
  deaths(): number;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

/** A thread, and how to send it messages. */
export interface Thread {
  readonly worker: Worker;
  tell(message: ToWorker): void;
}

export interface WorkerPlan {
  readonly protocol: Protocol;
  readonly endpoints: readonly Endpoint[];
  /** Starts a thread that listens on the endpoints and works by the config. */
  readonly start: (endpoints: readonly Endpoint[], config: WorkerConfig) => Thread;
  readonly config: () => WorkerConfig;
  readonly clock: Clock;
  readonly log: Log;
}

/** Starts a worker; resolves when it listens, rejects with LISTEN_FAILED if it can't. */
export async function startWorker(plan: WorkerPlan): Promise<WorkerHandle> {
  const { protocol, start, config, clock, log } = plan;
  let stopping = false;
  let deaths = 0;
  const begin = (on: readonly Endpoint[]): Thread => {
    const begun = start(on, config());
    begun.worker.on('message', (message: FromWorker) => noteAddress(message, protocol, log));
    return begun;
  };
  const republish = (): void => {
    const { table, counters } = config();
    thread.tell({ kind: 'table', table, hits: counters.hits });
  };
  const watch = ({ worker }: Thread): void => {
    worker.on('error', (error) => {
      if (stopping) return;
      log.error(
        { event: 'worker-died', protocol, error: describeError(error) },
        'a worker thread died and is replaced',
      );
    });
    worker.once('exit', () => {
      if (stopping) return;
      deaths++;
      clock.after(REPLACE_AFTER, () => void replace());
    });
  };
  const replace = async (): Promise<void> => {
    if (stopping) return;
    try {
      thread = begin(endpoints);
      await listening(protocol, thread, watch);
      // A table may have been published while it started.
      republish();
    } catch (error) {
      if (stopping) return;
      log.error(
        { event: 'worker-not-replaced', protocol, error: describeError(error) },
        'a worker thread could not be replaced yet; trying again',
      );
      clock.after(RETRY_AFTER, () => void replace());
    }
  };
  let thread = begin(plan.endpoints);
  const endpoints = await listening(protocol, thread, watch);

  return {
    endpoints,
    tell: (message) => thread.tell(message),
    republish,
    deaths: () => deaths,
    async stop() {
      stopping = true;
      const { worker } = thread;
      // A thread that has ended has no id.
      if (worker.threadId === -1) return;
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      thread.tell({ kind: 'stop' });
      const cancel = clock.after(STOP_WITHIN, () => void worker.terminate());
      await ended;
      cancel();
    },
  };
}

/**
 * Resolves with what a started thread listens on, as soon as it does; has it watched from that very moment, since its end may
 * be reported in the same turn of the event loop. Rejects if it fails or ends before.
 */
function listening(
  protocol: Protocol,
  thread: Thread,
  watch: (thread: Thread) => void,
): Promise<readonly Endpoint[]> {
  const { worker } = thread;
  return new Promise((resolve, reject) => {
    const settle = (message: FromWorker): void => {
      if (message.kind === 'waiting' || message.kind === 'found') return;
      detach();
      if (message.kind === 'listening') {
        watch(thread);
        resolve(message.endpoints);
      } else {
        const error = listenError(protocol, message.endpoint, message.code);
        worker.terminate().then(() => reject(error), reject);
      }
    };
    const fail = (error: unknown): void => {
      detach();
      reject(error);
    };
    const end = (code: number): void => fail(new Error(`the thread ended with code ${code} as it started`));
    const detach = (): void => {
      worker.off('message', settle);
      worker.off('error', fail);
      worker.off('exit', end);
    };
    worker.on('message', settle);
    worker.on('error', fail);
    worker.on('exit', end);
  });
}

/** Logs that an address is missing, or that it has been found. */
export function noteAddress(message: FromWorker, protocol: Protocol, log: Log): void {
  if (message.kind === 'waiting') tellOfWaiting(protocol, message.endpoint, message.code, log);
  else if (message.kind === 'found') {
    const where = place(protocol, message.endpoint);
    log.info(
      { event: 'listen-found', protocol, endpoint: formatEndpoint(message.endpoint) },
      `${where} is answered from now on`,
    );
  }
}

/** Logs that an endpoint is not answered yet, and why; `code` is the system's name of the error. */
function tellOfWaiting(protocol: Protocol, endpoint: Endpoint, code: string, log: Log): void {
  log.warn(
    { event: 'listen-waiting', protocol, endpoint: formatEndpoint(endpoint), code },
    `${place(protocol, endpoint)} is not answered yet: ${ADVICE[code] ?? code}`,
  );
}

/** Why an endpoint can't be listened on, and what to do; `code` is the system's name of the error. */
export function listenError(protocol: Protocol, endpoint: Endpoint, code: string): GeopoolError {
  return new GeopoolError(
    'LISTEN_FAILED',
    `can't listen on ${place(protocol, endpoint)}: ${ADVICE[code] ?? code}`,
  );
}

const ADVICE: Readonly<Record<string, string>> = {
  EMFILE: `${TOO_FEW_FILES}: EMFILE`,
  EADDRINUSE: 'another program listens there; stop it, or choose another address with --listen',
  EACCES: 'ports below 1024 need the capability CAP_NET_BIND_SERVICE; the systemd unit gives it',
  EADDRNOTAVAIL:
    'this host has no such address; unless it is to come later, correct --listen or `listen` in the config file',
};

function place(protocol: Protocol, endpoint: Endpoint): string {
  return `${formatEndpoint(endpoint)} (${protocol.toUpperCase()})`;
}
