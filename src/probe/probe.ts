/**
 * What a probe is to the rest of this folder: a question to a target that always ends in an outcome. The outcome also says
 * whether a failure is the mirror's fault or may be this process's own, because only the mirror's fault may take it down.
 *
 * The function for one type (NAME-probe.ts) resolves with what is wrong with the answer, or with undefined. It rejects if
 * no answer came, and at once when its signal aborts, which is how the deadline reaches it. It always closes its socket,
 * and tells its trace what it is doing.
 */
import type { Check } from './target.js';
import type { Findings, Step } from './trace.js';

export type Outcome = Success | Failure;

export interface Success extends Findings {
  readonly ok: true;
  /** How long the probe took, in milliseconds. */
  readonly ms: number;
}

export interface Failure extends Findings {
  readonly ok: false;
  readonly ms: number;
  /** The cause in words, for the operator. */
  readonly error: string;
  /**
   * Absent: the mirror's fault; it answered clearly, even if only by refusing. `unclear`: no answer came, which a stall of
   * this process may explain. `ours`: the question could not be sent, for example for lack of file descriptors.
   */
  readonly fault?: 'unclear' | 'ours';
}

/**
 * Probes once. Never rejects, and ends within the probe's timeout, or soon after `signal` aborts. Each step is added to
 * `steps`, if given, as soon as it is done.
 */
export type ProbeRun = (check: Check, signal: AbortSignal, steps?: Step[]) => Promise<Outcome>;
