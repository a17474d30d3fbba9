/**
 * Status over HTTP, on the main thread: where it listens, and what it answers. The thread that answers is started for the
 * first client, or at once if sockets can't be handed over. What operators say in overrides is left out.
 */
import { isDeepStrictEqual } from 'node:util';
import type { HttpReport } from '../control/status-report.js';
import type { HttpStart, Question } from '../http/messages.js';
import type { Clock } from '../platform/clock.js';
import { type Libc, loadLibc } from '../platform/libc.js';
import type { Log } from '../platform/log.js';
import { type Endpoint, formatEndpoint } from '../server/endpoint.js';
import { createReaders, type ReaderParts } from './handling.js';
import { openHttpListeners } from './http-listeners.js';
import { type HttpThread, startHttpThread } from './http-thread.js';
import { poolFacts } from './pool-facts.js';
import type { HealthSnapshot } from './target-index.js';

/** Milliseconds before a thread that died is replaced. */
const REPLACE_AFTER = 1000;

interface OpenHttp {
  report(): HttpReport;
  close(): Promise<void>;
}

export interface Http extends OpenHttp {
  /** Listens and answers by these settings from now on. */
  follow(settings: HttpStart): Promise<void>;
}

interface Tools {
  readonly clock: Clock;
  readonly log: Log;
}

type Parts = Omit<ReaderParts, 'http'>;

/** Answers over HTTP as soon as possible. */
export async function openHttp(first: HttpStart, parts: Parts, tools: Tools): Promise<Http> {
  const libc = await loadLibc();
  const start = (wanted: HttpStart) => listen(wanted, 'unavailable' in libc ? undefined : libc, parts, tools);
  let settings = first;
  let open = start(settings);
  return {
    report: () => open.report(),
    close: () => open.close(),
    async follow(next) {
      if (isDeepStrictEqual(settings, next)) return;
      settings = next;
      await open.close();
      open = start(settings);
    },
  };
}

function listen(settings: HttpStart, libc: Libc | undefined, parts: Parts, { clock, log }: Tools): OpenHttp {
  const listening = new Set<string>();
  const unavailable = new Map<string, string>();
  const report = (): HttpReport => ({
    listen: [...listening],
    unavailable: [...unavailable].map(([place, why]) => `${place}: ${why}`),
  });
  if (settings.listen.length === 0) return { report, close: async () => undefined };
  const handlers = createReaders({
    ...parts,
    http: report,
    health: { ...parts.health, wallSnapshot: () => discreet(parts.health.wallSnapshot()) },
  });

  let closed = false;
  let thread: HttpThread | undefined;
  const listeners =
    libc &&
    openHttpListeners(libc, settings.listen, {
      onListening,
      onUnavailable,
      async handOver(descriptor) {
        thread ??= startThread({ ...settings, listen: [] });
        await thread.answerOn(descriptor);
      },
      clock,
    });
  if (listeners === undefined) thread = startThread(settings);

  function startThread(start: HttpStart): HttpThread {
    return startHttpThread(start, {
      answer,
      onListening,
      onUnavailable,
      onFault: (error) => log.error({ event: 'http-fault', error }, `status over HTTP: ${error}`),
      onEnd() {
        thread = undefined;
        if (listeners === undefined) listening.clear();
        clock.after(REPLACE_AFTER, () => {
          if (closed) return;
          if (listeners === undefined) thread = startThread(settings);
          listeners?.listenAgain();
        });
      },
      clock,
    });
  }

  function onListening(endpoint: Endpoint): void {
    const place = formatEndpoint(endpoint);
    listening.add(place);
    unavailable.delete(place);
    log.info({ event: 'http-listening', listen: place }, `status at http://${place}/`);
  }

  function onUnavailable(endpoint: Endpoint, code: string): void {
    const place = formatEndpoint(endpoint);
    const why = WHY[code] ?? code;
    unavailable.set(place, why);
    log.warn({ event: 'http-unavailable', listen: place, code }, `no status at http://${place}/ yet: ${why}`);
  }

  async function answer(question: Question): Promise<unknown> {
    switch (question.kind) {
      case 'status':
        return JSON.stringify(await handlers.status());
      case 'history':
        return handlers.history(`${question.zone}/*`);
      case 'pool': {
        const { serving } = parts;
        return poolFacts(serving.index(), serving.published, question.zone, question.owner, clock.now());
      }
      case 'explain':
        return handlers.explaining(() => handlers.explain(question.request));
    }
  }

  return {
    report,
    async close() {
      closed = true;
      listeners?.close();
      await thread?.stop();
    },
  };
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; set http.listen to another port, or to off',
  EACCES: 'this user may not listen there; set http.listen to a port above 1023',
  EADDRNOTAVAIL: 'this host has no such address now; unless it is to come later, correct http.listen',
};

/** The same snapshot without who gave an override, and why. */
function discreet(snapshot: HealthSnapshot): HealthSnapshot {
  return {
    ...snapshot,
    overrides: {
      of(zone, mirror) {
        const override = snapshot.overrides.of(zone, mirror);
        if (override === undefined) return undefined;
        const { by: _, ...said } = override;
        return { ...said, reason: '' };
      },
    },
  };
}
