/**
 * How a probe went: what it is busy with, for when its time runs out; what it found on the way; and, for whoever wants
 * to look, each step with its time.
 */
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';

/** What a probe is busy with, shown where its time runs out. */
export type Phase =
  | 'connecting'
  | 'TLS handshake'
  | 'waiting for the answer'
  | 'reading the header'
  | 'reading the body'
  | 'looking up a name'
  | 'waiting for the greeting'
  | 'reading the modules';

/** What a probe measures besides the verdict. */
export interface Findings {
  /** When the certificate ends, in milliseconds since 1970. */
  readonly certificateEnds?: number;
  /** Octets a second. */
  readonly rate?: number;
  /** Milliseconds that this host's clock is ahead of the server's; negative: behind. */
  readonly clockAhead?: number;
}

export interface Step {
  /** connect, tls, headers, body, compare and so on. */
  readonly step: string;
  /** Since the step before, in milliseconds. */
  readonly ms: number;
  /** What was found, or what was compared with what. */
  readonly detail?: string;
  /** Why it went no further. */
  readonly error?: string;
}

export interface Trace {
  /** It is busy with this from now on. */
  phase(phase: Phase): void;
  /** What it was busy with is done. */
  step(name: string, detail?: () => string): void;
  found(findings: Findings): void;
}

export interface Recorder extends Trace {
  current(): Phase;
  findings(): Findings;
  /** It ended in the middle of what it was busy with. */
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

/** A recorder; steps are put into `steps` where that is given. */
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
