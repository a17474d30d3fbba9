/**
 * What a probe is to the rest of the room: a question to a target that always ends in an outcome. Whether a bad outcome
 * is the mirror's fault or may be this process's own is said here, because only the mirror's fault may condemn it.
 *
 * What asks for one type (NAME-probe.ts) resolves with what is wrong with the answer, or with undefined. It rejects where
 * no answer came, and at once when its signal aborts, which is how the deadline reaches it. It closes its socket in every
 * case, and says to its trace what it is busy with.
 */
import type { Check } from './target.js';
import type { Findings, Step } from './trace.js';

export type Outcome = Success | Failure;

export interface Success extends Findings {
  readonly ok: true;
  /** Milliseconds that it took. */
  readonly ms: number;
}

export interface Failure extends Findings {
  readonly ok: false;
  readonly ms: number;
  /** The cause in words, for an operator. */
  readonly error: string;
  /**
   * Absent: the mirror's, which gave a clear answer, if only by refusing. `unclear`: no answer came, which a stall of
   * this process may explain. `ours`: the question could not even be asked, for want of file descriptors, say.
   */
  readonly fault?: 'unclear' | 'ours';
}

/**
 * Asks once. Never rejects, ends within the probe's timeout, and soon after `signal` aborts. Each step goes into `steps`,
 * where that is given, as soon as it is done.
 */
export type ProbeRun = (check: Check, signal: AbortSignal, steps?: Step[]) => Promise<Outcome>;
