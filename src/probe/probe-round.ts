/**
 * One round of probes now, for somebody who asks why a mirror is out: every check once, whatever its state, and with
 * each of its steps. It judges nobody.
 */
import type { Outcome, ProbeRun } from './probe.js';
import { createProbeSlots } from './probe-slots.js';
import { type Check, checksOf, type Target } from './target.js';
import type { Step } from './trace.js';

/** Sockets at a time; each address is asked one thing at a time, so that the times are its own. */
const AT_ONCE = 64;

export interface Probed {
  readonly check: Check;
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
}

/** Probes every check of the targets once; the results are in their order. Does not reject. */
export function probeRound(targets: readonly Target[], run: ProbeRun): Promise<Probed[]> {
  const slots = createProbeSlots(AT_ONCE);
  const checks = targets.flatMap((target) => [...checksOf(target).values()]);
  return Promise.all(
    checks.map(
      (check) =>
        new Promise<Probed>((resolve) => {
          slots.take(check.address.text, (end) => {
            const steps: Step[] = [];
            // A signal each: Node warns where more than ten listen to one.
            void run(check, new AbortController().signal, steps).then((outcome) => {
              end();
              resolve({ check, outcome, steps });
            });
          });
        }),
    ),
  );
}
