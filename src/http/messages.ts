/**
 * What the main thread and the thread that answers over HTTP say to each other. That thread knows nothing of its own: it
 * asks for each answer, so that whoever asks it too much keeps it busy, and neither probes nor verdicts.
 */
import type { MessagePort } from 'node:worker_threads';
import type { RowQuestion } from '../compile/client-rows.js';
import type { Explanation } from '../compile/explain.js';
import type { ExplainRequest } from '../control/handlers.js';
import type { HistoryReport } from '../control/history-report.js';
import type { StatusReport } from '../control/status-report.js';
import type { Family, Location } from '../platform/types.js';
import type { BandPlan } from '../select/refused.js';
import type { Endpoint } from '../server/endpoint.js';

/** What the thread is started with. */
export interface HttpStart {
  /** Where it listens by itself. */
  readonly listen: readonly Endpoint[];
  /** Names by which it may be asked, besides addresses and localhost. */
  readonly hosts: readonly string[];
}

/** What may be asked of the main thread. None of it says who overrides a mirror, or why. */
export interface Source {
  status(): Promise<StatusReport>;
  /** Of a zone's mirrors. */
  history(zone: string): Promise<HistoryReport>;
  /** Undefined where there is no such pool. */
  pool(zone: string, owner: string): Promise<PoolFacts | undefined>;
  /** Waits where others explain. Rejects with REQUEST_REFUSED. */
  explain(request: ExplainRequest): Promise<Explanation>;
}

/** Who of a pool is where, and for each family what follows from it. */
export interface PoolFacts {
  readonly mirrors: readonly { readonly name: string; readonly place: Location }[];
  readonly families: readonly FamilyFacts[];
}

export interface FamilyFacts extends BandPlan {
  readonly family: Family;
  readonly question: Omit<RowQuestion, 'catchments'>;
}

/**
 * A question for a part of the source. Its Outcome goes to `reply`, which is closed without one where there is a defect.
 * Status comes as JSON: that costs the main thread a third of what a copy would.
 */
export type Question =
  | Asked<'status'>
  | (Asked<'history'> & { readonly zone: string })
  | (Asked<'pool'> & { readonly zone: string; readonly owner: string })
  | (Asked<'explain'> & { readonly request: ExplainRequest });

interface Asked<K extends keyof Source> {
  readonly kind: K;
  readonly reply: MessagePort;
}

export type FromHttp =
  | Question
  /** It listens there now. */
  | { readonly kind: 'listening'; readonly endpoint: Endpoint }
  /** It can't listen there yet, for that reason; it is tried again. */
  | { readonly kind: 'unavailable'; readonly endpoint: Endpoint; readonly code: string }
  /** It listens on that descriptor. */
  | { readonly kind: 'answering'; readonly descriptor: number }
  /** A defect: a request could not be answered. */
  | { readonly kind: 'fault'; readonly error: string };

export type ToHttp =
  /** The longest that the main thread's event loop was late within the last second, in seconds. */
  | { readonly kind: 'delay'; readonly seconds: number }
  /** A socket to answer on, which is the thread's to close. */
  | { readonly kind: 'answer'; readonly descriptor: number };
