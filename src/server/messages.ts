/**
 * The messages between the main thread and the workers that answer. Tables are in shared memory, so a message carries only
 * references.
 */
import type { Policy } from '../answer/policy.js';
import type { AnswerTable } from '../answer/table.js';
import type { Counters, Hits } from '../answer/tally.js';
import type { Endpoint } from './endpoint.js';
import type { Heartbeat } from './heartbeat.js';
import type { TlsTerms } from './secure-context.js';
import type { TcpLimits } from './tcp-admission.js';
import type { UdpSocket } from './udp-sockets.js';

/** What a worker answers from and how, and the counters it uses. */
export interface WorkerConfig {
  readonly table: AnswerTable;
  readonly policy: Policy;
  readonly counters: Counters;
  /** Where the main thread asks whether the worker still works. */
  readonly heartbeat: Heartbeat;
  /** The nice value of its thread: that of the process at the start. */
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
  /**
   * Listening sockets for the endpoints, in their order, in shared memory; empty: it opens its own. A worker takes one out
   * when it listens on it, and closes it; the main thread closes those that are left when the worker ends.
   */
  readonly descriptors: Int32Array;
  readonly limits: TcpLimits;
}

/** In place of a descriptor that was taken out. */
export const TAKEN = -1;

/** Takes a descriptor out; undefined if there is none, or if it was taken before. */
export function takeDescriptor(descriptors: Int32Array, index: number): number | undefined {
  if (index >= descriptors.length) return undefined;
  const descriptor = Atomics.exchange(descriptors, index, TAKEN);
  return descriptor === TAKEN ? undefined : descriptor;
}

/** What the TLS worker is started with. */
export interface TlsStart extends TcpStart {
  readonly terms: TlsTerms;
}

/** What a batched worker is started with, apart from its port for news. */
export interface BatchedStart extends WorkerConfig {
  readonly socket: UdpSocket;
  /** Where else the server listens, as far as is known. */
  readonly siblings: readonly Endpoint[];
  /** The words of SIGNAL, in shared memory. */
  readonly signals: Int32Array;
}

/** The words through which the main thread reaches a worker without an event loop. */
export const SIGNAL = {
  WORDS: 2,
  /** Not 0: the worker must end. */
  STOP: 0,
  /** Counts the messages on the port for news. */
  NEWS: 1,
} as const;

export type ToWorker =
  | { readonly kind: 'table'; readonly table: AnswerTable; readonly hits: Hits }
  | { readonly kind: 'policy'; readonly policy: Policy }
  /** For the TLS worker only. */
  | { readonly kind: 'tls'; readonly terms: TlsTerms }
  /** Look at `heartbeat`; for workers that have no other way to notice. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'listening'; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: 'failed'; readonly endpoint: Endpoint; readonly code: string }
  /** The endpoint can't be listened on yet, for the reason in `code`; the worker goes on trying. */
  | { readonly kind: 'waiting'; readonly endpoint: Endpoint; readonly code: string }
  /** The worker now listens on an endpoint that it waited for, or on a new one. */
  | { readonly kind: 'found'; readonly endpoint: Endpoint };
