/**
 * The server's status over HTTP, as the main thread has to do with it: it starts the thread that answers, replaces it where
 * it dies, and tells it what it asks. What operators say of mirrors stays here.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type MessagePort, Worker } from 'node:worker_threads';
import type { Clock } from '../clock.js';
import type { HttpReport } from '../control/status-report.js';
import { describeError } from '../errors.js';
import type { FromHttp, HttpStart, ToHttp } from '../http/messages.js';
import { outcomeOfError } from '../in-thread.js';
import type { Log } from '../log.js';
import { formatEndpoint } from '../net/endpoint.js';
import { createHandlers, type Parts } from './handling.js';
import { poolFacts } from './pool-facts.js';
import type { Knowledge } from './roster.js';

const WORKER = new URL('../http/http-worker.js', import.meta.url);
/** Milliseconds before a thread that died is replaced. */
const REPLACE_AFTER = 1000;
const SECOND_MS = 1000;
/** Milliseconds from one look at how late the event loop is to the next. */
const RESOLUTION_MS = 10;

export interface Http {
  report(): HttpReport;
  close(): Promise<void>;
}

/** Answers over HTTP as soon as it can; nothing waits for it. */
export function openHttp(
  settings: HttpStart,
  parts: Omit<Parts, 'http'>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Http {
  const listening = new Set<string>();
  const unavailable = new Map<string, string>();
  const report = (): HttpReport => ({
    listen: [...listening],
    unavailable: [...unavailable].map(([place, why]) => `${place}: ${why}`),
  });
  if (settings.listen.length === 0) return { report, close: async () => undefined };
  const handlers = createHandlers({
    ...parts,
    http: report,
    judging: { ...parts.judging, shown: () => discreet(parts.judging.shown()) },
  });

  let closed = false;
  let worker = start();

  function start(): Worker {
    const started = new Worker(WORKER, { workerData: settings });
    started.on('message', hear);
    started.on('error', (error) => fault(describeError(error)));
    started.once('exit', () => {
      if (closed) return;
      listening.clear();
      clock.after(REPLACE_AFTER, () => {
        if (!closed) worker = start();
      });
    });
    return started;
  }

  function fault(error: string): void {
    log.error({ event: 'http-fault', error }, `status over HTTP: ${error}`);
  }

  function hear(message: FromHttp): void {
    switch (message.kind) {
      case 'listening': {
        const place = formatEndpoint(message.endpoint);
        listening.add(place);
        unavailable.delete(place);
        log.info({ event: 'http-listening', listen: place }, `status at http://${place}/`);
        break;
      }
      case 'unavailable': {
        const place = formatEndpoint(message.endpoint);
        const why = WHY[message.code] ?? message.code;
        unavailable.set(place, why);
        log.warn(
          { event: 'http-unavailable', listen: place, code: message.code },
          `no status at http://${place}/ yet: ${why}`,
        );
        break;
      }
      case 'fault':
        fault(message.error);
        break;
      case 'status':
        answer(message.reply, async () => JSON.stringify(await handlers.status()));
        break;
      case 'history':
        answer(message.reply, () => handlers.history(`${message.zone}/*`));
        break;
      case 'pool': {
        const { serving } = parts;
        const { zone, owner } = message;
        answer(message.reply, async () =>
          poolFacts(serving.roster(), serving.published(), zone, owner, clock.now()),
        );
        break;
      }
      case 'explain':
        answer(message.reply, () => handlers.explaining(() => handlers.explain(message.request)));
        break;
    }
  }

  function answer<T>(reply: MessagePort, ask: () => Promise<T>): void {
    ask()
      .then((value) => ({ kind: 'done' as const, value }), outcomeOfError)
      .then((outcome) => reply.postMessage(outcome))
      .catch((error: unknown) => fault(describeError(error)))
      .finally(() => reply.close());
  }

  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let cancel = clock.after(SECOND_MS, tellDelay);
  function tellDelay(): void {
    const seconds = Math.max(0, delay.max / 1e9 - RESOLUTION_MS / 1000);
    worker.postMessage({ kind: 'delay', seconds } satisfies ToHttp);
    delay.reset();
    cancel = clock.after(SECOND_MS, tellDelay);
  }

  return {
    report,
    async close() {
      closed = true;
      cancel();
      delay.disable();
      await worker.terminate();
    },
  };
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; set http.listen to another port, or to off',
  EACCES: 'this user may not listen there; set http.listen to a port above 1023',
  EADDRNOTAVAIL: 'this host has no such address now; unless it is to come later, correct http.listen',
};

/** The same, but for who overrides mirrors, and why. */
function discreet(knowledge: Knowledge): Knowledge {
  return {
    ...knowledge,
    overrides: {
      of(zone, mirror) {
        const override = knowledge.overrides.of(zone, mirror);
        if (override === undefined) return undefined;
        const { by: _, ...said } = override;
        return { ...said, reason: '' };
      },
    },
  };
}
