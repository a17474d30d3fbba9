/**
 * What the phases of a server tell each other once they all run: one emitter, so that no phase holds a function of another
 * that comes after it. What is said before somebody listens is lost; who begins to listen looks for itself.
 */
import { EventEmitter } from 'node:events';

export interface SignalMap {
  /** These addresses, by `targetKey`, may stand otherwise than before. */
  readonly turned: [keys: readonly string[]];
  /** The zone files' overrides may be others than before. */
  readonly stated: [];
  /** Files, databases or addresses are others than what is served was made from. */
  readonly changed: [];
}

export type Signals = EventEmitter<{ -readonly [K in keyof SignalMap]: SignalMap[K] }>;

export function openSignals(): Signals {
  return new EventEmitter();
}
