/**
 * What the phases of a server tell each other once they all run: one emitter, so that no phase holds a function of another
 * that comes after it. What is said before somebody listens is lost; who begins to listen looks for itself.
 */
import { EventEmitter } from 'node:events';

export interface SignalMap {
  /** These addresses, by `targetKey`, may stand otherwise than before. */
  readonly verdictsChanged: [keys: readonly string[]];
  /** This server sees some addresses otherwise than before, whatever its fleet says of them. */
  readonly seenChanged: [];
  /** Some addresses of some pools stand otherwise than before. */
  readonly standingChanged: [];
  /** The zone files' overrides may be others than before. */
  readonly overridesChanged: [];
  /** Files, databases or addresses are others than what is served was made from. */
  readonly sourcesChanged: [];
  /** The certificate for TLS or its key is another one. */
  readonly certificateChanged: [];
  /** A new database does not serve until somebody has looked at it: why, in words. Said again each day. */
  readonly databaseHeld: [text: string];
}

export type Signals = EventEmitter<{ -readonly [K in keyof SignalMap]: SignalMap[K] }>;

export function openSignals(): Signals {
  return new EventEmitter();
}
