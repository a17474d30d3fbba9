/**
 * One worker thread as the main thread sees it: started, told things, replaced when it dies. What it serves from is kept
 * here, so that a replacement starts where the dead one was.
 */
import { Worker } from 'node:worker_threads';
import type { AnswerTable } from '../answer/table.js';
import type { Clock } from '../clock.js';
import { describeError, GeopoolError } from '../errors.js';
import type { Log } from '../log.js';
import { type Endpoint, formatEndpoint } from './endpoint.js';
import type { FromWorker, ToWorker, WorkerStart } from './messages.js';

/** Milliseconds before a worker that died is replaced; one that dies at every start must not spin. */
const REPLACE_AFTER = 100;
/** Milliseconds that a worker may take to end by itself; then it is ended. */
const STOP_WITHIN = 1500;

export interface WorkerHandle {
  /** What it listens on, free ports filled in. */
  readonly endpoints: readonly Endpoint[];
  tell(message: ToWorker): void;
  /** How often it died and was replaced. */
  deaths(): number;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

export interface WorkerPlan {
  /** 'UDP' or 'TCP', for messages. */
  readonly protocol: string;
  readonly script: URL;
  readonly endpoints: readonly Endpoint[];
  /** The table to start from, asked for anew at each replacement. */
  readonly table: () => AnswerTable;
  readonly clock: Clock;
  readonly log: Log;
}

/** Starts a worker; resolves when it listens, rejects with LISTEN_FAILED where it can't. */
export async function startWorker(plan: WorkerPlan): Promise<WorkerHandle> {
  let stopping = false;
  let deaths = 0;
  let { worker, endpoints } = await launch(plan, plan.endpoints);

  const watch = (watched: Worker): void => {
    watched.on('error', (error) => {
      if (stopping) return;
      plan.log.error(
        { event: 'worker-died', protocol: plan.protocol, error: describeError(error) },
        'a worker thread died and is replaced',
      );
    });
    watched.once('exit', () => {
      if (stopping) return;
      deaths++;
      plan.clock.after(REPLACE_AFTER, replace);
    });
  };
  const replace = (): void => {
    if (stopping) return;
    launch(plan, endpoints).then(
      (fresh) => {
        if (stopping) {
          void fresh.worker.terminate();
          return;
        }
        ({ worker } = fresh);
        watch(worker);
        // Whatever was published while it started.
        worker.postMessage({ kind: 'table', table: plan.table() } satisfies ToWorker);
      },
      (error: unknown) => {
        plan.log.error(
          { event: 'worker-not-replaced', protocol: plan.protocol, error: describeError(error) },
          'a worker thread could not be replaced yet; trying again',
        );
        plan.clock.after(REPLACE_AFTER * 10, replace);
      },
    );
  };
  watch(worker);

  return {
    endpoints,
    tell: (message) => worker.postMessage(message),
    deaths: () => deaths,
    async stop() {
      stopping = true;
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      worker.postMessage({ kind: 'stop' } satisfies ToWorker);
      const cancel = plan.clock.after(STOP_WITHIN, () => void worker.terminate());
      await ended;
      cancel();
    },
  };
}

function launch(
  plan: WorkerPlan,
  endpoints: readonly Endpoint[],
): Promise<{ worker: Worker; endpoints: readonly Endpoint[] }> {
  const start: WorkerStart = { endpoints, table: plan.table() };
  const worker = new Worker(plan.script, { workerData: start });
  return new Promise((resolve, reject) => {
    const settle = (message: FromWorker): void => {
      if (message.kind === 'listening') {
        detach();
        resolve({ worker, endpoints: message.endpoints });
      } else if (message.kind === 'failed') {
        detach();
        worker
          .terminate()
          .then(() => reject(listenError(plan.protocol, message.endpoint, message.code)), reject);
      }
    };
    const fail = (error: unknown): void => {
      detach();
      reject(error);
    };
    const detach = (): void => {
      worker.off('message', settle);
      worker.off('error', fail);
    };
    worker.on('message', settle);
    worker.on('error', fail);
  });
}

function listenError(protocol: string, endpoint: Endpoint, code: string): GeopoolError {
  const where = `${formatEndpoint(endpoint)} (${protocol})`;
  const advice: Record<string, string> = {
    EADDRINUSE: 'another program listens there; stop it, or choose another address with --listen',
    EACCES: 'ports below 1024 need the capability CAP_NET_BIND_SERVICE; the systemd unit gives it',
    EADDRNOTAVAIL: 'this host has no such address; correct --listen or `listen` in the config file',
  };
  return new GeopoolError('LISTEN_FAILED', `can't listen on ${where}: ${advice[code] ?? code}`);
}
