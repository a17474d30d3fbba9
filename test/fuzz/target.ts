/**
 * Something that takes octets from outside.
 */
import type { Random } from '../../src/platform/random.js';
import type { Mutations } from './mutate.js';

export interface Target extends Mutations {
  /** Inputs as they should be, to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** Makes an input that is sound but for what is to be tried out. */
  readonly make?: (random: Random) => Uint8Array;
  /**
   * Takes one input, and gives in a few words what came of it. Throws where that is a fault: an error that nobody expects,
   * an answer that is none.
   */
  readonly take: (input: Uint8Array) => string | Promise<string>;
  /** Ends what was opened. */
  readonly close?: () => Promise<void>;
}

/** Octets of a text. */
export function textOctets(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}
