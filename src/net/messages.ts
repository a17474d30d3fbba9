/**
 * What the main thread and the workers that answer say to each other. Tables are shared memory, so a message carries
 * references only.
 */
import type { AnswerTable, PoolChange } from '../answer/table.js';
import type { Endpoint } from './endpoint.js';

/** What a worker is started with. */
export interface WorkerStart {
  readonly endpoints: readonly Endpoint[];
  readonly table: AnswerTable;
}

export type ToWorker =
  | { readonly kind: 'table'; readonly table: AnswerTable }
  | { readonly kind: 'pools'; readonly generation: number; readonly changes: readonly PoolChange[] }
  | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'listening'; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: 'failed'; readonly endpoint: Endpoint; readonly code: string }
  | { readonly kind: 'adopted'; readonly generation: number };
