/**
 * How the phases of a server notify each other once they all run: through one emitter, so that no phase holds a function
 * of a later one. A signal without a listener is lost, so a new listener must first look for itself.
 */
import { EventEmitter } from 'node:events';

export interface SignalMap {
  /** The states of these addresses, by `targetKey`, may have changed. */
  readonly verdictsChanged: [keys: readonly string[]];
  /** This server's own view of some addresses has changed, whatever its fleet says of them. */
  readonly seenChanged: [];
  /** The states of some addresses in some pools have changed. */
  readonly standingChanged: [];
  /** The zone files' overrides may have changed. */
  readonly overridesChanged: [];
  /** Files, databases or addresses differ from those that the served world was made from. */
  readonly sourcesChanged: [];
  /** The certificate for TLS, or its key, has changed. */
  readonly certificateChanged: [];
  /** A new database is held back until an operator has looked at it: why, in words. Repeated each day. */
  readonly databaseHeld: [text: string];
}

export type Signals = EventEmitter<{ -readonly [K in keyof SignalMap]: SignalMap[K] }>;

export function openSignals(): Signals {
  return new EventEmitter();
}
