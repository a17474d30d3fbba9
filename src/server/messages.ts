/**
 * What the main thread and the workers that answer say to each other. Tables are shared memory, so a message carries
 * references only.
 */
import type { Policy } from '../answer/policy.js';
import type { AnswerTable } from '../answer/table.js';
import type { Counters, Hits } from '../answer/tally.js';
import type { Endpoint } from './endpoint.js';
import type { Heartbeat } from './heartbeat.js';
import type { TlsTerms } from './secure-context.js';
import type { TcpLimits } from './tcp-admission.js';
import type { UdpSocket } from './udp-sockets.js';

/** What a worker answers from and how, and where it counts. */
export interface WorkerConfig {
  readonly table: AnswerTable;
  readonly policy: Policy;
  readonly counters: Counters;
  /** Where it is asked whether it works. */
  readonly heartbeat: Heartbeat;
  /** How nice its thread should be: as nice as the process was at the start. */
  readonly nice: number;
}

/** What a worker with an event loop is started with. */
export interface WorkerStart extends WorkerConfig {
  readonly endpoints: readonly Endpoint[];
}

/** What a worker for portable UDP is started with. */
export interface PortableStart extends WorkerStart {
  readonly siblings: readonly Endpoint[];
}

/** What the TCP worker is started with. */
export interface TcpStart extends WorkerStart {
  /** Sockets that listen on the endpoints, in their order, for the worker to close; none: it opens its own. */
  readonly descriptors: readonly number[];
  readonly limits: TcpLimits;
}

/** What the TLS worker is started with. */
export interface TlsStart extends TcpStart {
  readonly terms: TlsTerms;
}

/** What a batched worker is started with, its port for news aside. */
export interface BatchedStart extends WorkerConfig {
  readonly socket: UdpSocket;
  /** Where else the server listens, as far as it is known. */
  readonly siblings: readonly Endpoint[];
  /** One word for each of SIGNAL, in shared memory. */
  readonly signals: Int32Array;
}

/** The words by which the main thread reaches a worker that has no event loop. */
export const SIGNAL = {
  WORDS: 2,
  /** Not 0: end. */
  STOP: 0,
  /** Counts the messages on the port for news. */
  NEWS: 1,
} as const;

export type ToWorker =
  | { readonly kind: 'table'; readonly table: AnswerTable; readonly hits: Hits }
  | { readonly kind: 'policy'; readonly policy: Policy }
  /** For TLS alone. */
  | { readonly kind: 'tls'; readonly terms: TlsTerms }
  /** See `heartbeat`, where it has no other way to notice. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'listening'; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: 'failed'; readonly endpoint: Endpoint; readonly code: string }
  /** It can't be listened on yet, for that reason; it is tried again. */
  | { readonly kind: 'waiting'; readonly endpoint: Endpoint; readonly code: string }
  /** It is listened on after all, or is new. */
  | { readonly kind: 'found'; readonly endpoint: Endpoint };
