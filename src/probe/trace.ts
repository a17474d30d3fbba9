/**
 * How a probe went: what it is doing (reported if it times out), what it found on the way, and, on request, each step with
 * its duration.
 */
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';

/** What a probe is doing, shown if it times out. */
export type Phase =
  | 'connecting'
  | 'TLS handshake'
  | 'waiting for the answer'
  | 'reading the header'
  | 'reading the body'
  | 'looking up a name'
  | 'waiting for the greeting'
  | 'reading the modules';

/** What a probe measures in addition to the verdict. */
export interface Findings {
  /** When the certificate ends, in milliseconds since 1970. */
  readonly certificateEnds?: number;
  /** Octets per second. */
  readonly rate?: number;
  /** Milliseconds that this host's clock is ahead of the server's; negative: behind. */
  readonly clockAhead?: number;
}

export interface Step {
  /** connect, tls, headers, body, compare and so on. */
  readonly step: string;
  /** Time since the previous step, in milliseconds. */
  readonly ms: number;
  /** What was found, or what was compared with what. */
  readonly detail?: string;
  /** Why the probe stopped here. */
  readonly error?: string;
}

export interface Trace {
  /** The probe now begins this phase. */
  phase(phase: Phase): void;
  /** A step is done. */
  step(name: string, detail?: () => string): void;
  found(findings: Findings): void;
}

export interface Recorder extends Trace {
  current(): Phase;
  findings(): Findings;
  /** The probe failed during the current phase. */
  broke(error: unknown): void;
}

const STEP_OF: Readonly<Record<Phase, string>> = {
  connecting: 'connect',
  'TLS handshake': 'tls',
  'waiting for the answer': 'headers',
  'reading the header': 'headers',
  'reading the body': 'body',
  'looking up a name': 'resolve',
  'waiting for the greeting': 'greeting',
  'reading the modules': 'modules',
};

/** Creates a recorder; steps are added to `steps` if given. */
export function createRecorder(clock: Pick<Clock, 'monotonic'>, steps?: Step[]): Recorder {
  let phase: Phase = 'connecting';
  let findings: Findings = {};
  let last = clock.monotonic();

  function lap(): number {
    const now = clock.monotonic();
    const ms = now - last;
    last = now;
    return Math.round(ms * 100) / 100;
  }

  return {
    phase(next) {
      phase = next;
    },
    step(name, detail) {
      if (steps === undefined) return;
      steps.push({ step: name, ms: lap(), ...(detail !== undefined && { detail: detail() }) });
    },
    found(more) {
      findings = { ...findings, ...more };
    },
    current: () => phase,
    findings: () => findings,
    broke(error) {
      const text = typeof error === 'string' ? error : describeError(error);
      steps?.push({ step: STEP_OF[phase], ms: lap(), error: text });
    },
  };
}
