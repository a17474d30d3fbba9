/**
 * One immediate round of probes, for an operator who asks why a mirror is out. Every check runs once, whatever its state,
 * and its steps are recorded. It changes no verdicts.
 */
import type { Outcome, ProbeRun } from './probe.js';
import { createProbeSlots } from './probe-slots.js';
import { type Check, checksOf, type Target } from './target.js';
import type { Step } from './trace.js';

/** Concurrent sockets. Each address is asked one thing at a time, so that its times are not distorted. */
const AT_ONCE = 64;

export interface Probed {
  readonly check: Check;
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
}

/** Probes every check of the targets once; the results are in the same order. Does not reject. */
export function probeRound(targets: readonly Target[], run: ProbeRun): Promise<Probed[]> {
  const slots = createProbeSlots(AT_ONCE);
  const checks = targets.flatMap((target) => [...checksOf(target).values()]);
  return Promise.all(
    checks.map(
      (check) =>
        new Promise<Probed>((resolve) => {
          slots.take(check.address.text, (end) => {
            const steps: Step[] = [];
            // One signal each: Node warns if more than ten listeners share one.
            void run(check, new AbortController().signal, steps).then((outcome) => {
              end();
              resolve({ check, outcome, steps });
            });
          });
        }),
    ),
  );
}
