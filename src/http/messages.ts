/**
 * The messages between the main thread and the thread that answers over HTTP. That thread keeps no data of its own: it asks
 * the main thread for each answer. Too many requests keep only that thread busy, and neither probes nor verdicts.
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
  /** The endpoints that the thread opens itself. */
  readonly listen: readonly Endpoint[];
  /** Names allowed in the Host header, in addition to addresses and localhost. */
  readonly hosts: readonly string[];
}

/** What the main thread can be asked for. None of it says which operator overrides a mirror, or why. */
export interface Source {
  status(): Promise<StatusReport>;
  /** The history of a zone's mirrors. */
  history(zone: string): Promise<HistoryReport>;
  /** Undefined if there is no such pool. */
  pool(zone: string, owner: string): Promise<PoolFacts | undefined>;
  /** Queues behind other explanations. Rejects with REQUEST_REFUSED. */
  explain(request: ExplainRequest): Promise<Explanation>;
}

/** Where each mirror of a pool is, and what follows from it for each family. */
export interface PoolFacts {
  readonly mirrors: readonly { readonly name: string; readonly place: Location }[];
  readonly families: readonly FamilyFacts[];
}

export interface FamilyFacts extends BandPlan {
  readonly family: Family;
  readonly question: Omit<RowQuestion, 'catchments'>;
}

/**
 * A question for a part of the source. Its ThreadResult goes to `reply`, which is closed without one if there is a defect.
 * Status comes as JSON, which costs the main thread a third of what a copy would.
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
  /** It now listens there. */
  | { readonly kind: 'listening'; readonly endpoint: Endpoint }
  /** It can't listen there yet, for this reason, and will try again. */
  | { readonly kind: 'unavailable'; readonly endpoint: Endpoint; readonly code: string }
  /** It listens on this descriptor. */
  | { readonly kind: 'answering'; readonly descriptor: number }
  /** A defect: a request could not be answered. */
  | { readonly kind: 'fault'; readonly error: string };

export type ToHttp =
  /** The longest delay of the main thread's event loop within the last second, in seconds. */
  | { readonly kind: 'delay'; readonly seconds: number }
  /** A socket to answer on; the thread must close it. */
  | { readonly kind: 'answer'; readonly descriptor: number };
