/**
 * The weights that mirrors report for themselves. Each is asked every few minutes at its own moment, a few at the same
 * time. If a mirror can't be asked any more or its answer is invalid, its last report counts for a while; then 1 does.
 */
import * as z from 'zod';
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { createProbeSlots } from '../probe/probe-slots.js';
import type { SelfWeightRun } from '../probe/self-weight.js';
import { type Target, targetKey } from '../probe/target.js';
import type { StateKind } from '../state/state-kind.js';
import type { HttpProbe } from '../zone/http-probe-keys.js';

/** What an address reported about itself. */
export interface OwnSay {
  /** The fraction of its weight and cap, 0 to 1; 0: it drains. */
  readonly part: number;
  /** When it last reported, by the steady clock. */
  readonly at: number;
  /** Why the latest question got no report; absent: it got one. */
  readonly error?: string;
}

export interface SelfWeights {
  /** The report of the address with that `targetKey`; undefined: there is none, or it is too old to count. */
  of(key: string): OwnSay | undefined;
  /** Asks these targets from now on, and no others. */
  setTargets(targets: readonly Target[]): void;
  all(): ReadonlyMap<string, OwnSay>;
  close(): void;
}

export interface SelfWeightsOptions {
  readonly clock: Pick<Clock, 'after' | 'steady'>;
  readonly random: Random;
  readonly run: SelfWeightRun;
  /** The reports to the previous process, by `targetKey`; they count as if made now. */
  readonly stored: ReadonlyMap<string, number>;
  /** The report of an address has changed; `part` is what counts now. */
  readonly onChange: (key: string, target: Target, part: number) => void;
}

/** The most questions in flight at the same time. */
const AT_A_TIME = 16;
/** A report counts for this many intervals. */
const BELIEVED = 4;
/** The first question goes out within this time, so that a start floods no mirror. */
const FIRST_MS = 10_000;
/** Each interval varies by up to this fraction, so that name servers do not all ask a mirror at the same time. */
const JITTER = 0.1;

interface Asked {
  target: Target;
  readonly probe: HttpProbe;
  cancel: () => void;
}

export function createSelfWeights(options: SelfWeightsOptions): SelfWeights {
  const { clock, random, run, onChange } = options;
  const slots = createProbeSlots(AT_A_TIME);
  const says = new Map(
    Array.from(options.stored, ([key, part]) => [key, { part, at: clock.steady() }] as [string, OwnSay]),
  );
  const asked = new Map<string, Asked>();

  const lastsFor = ({ interval }: HttpProbe): number => interval * BELIEVED;

  function plan(key: string, one: Asked, ms: number): void {
    one.cancel = clock.after(ms, () => {
      one.cancel = slots.take(one.target.address.text, (end) => void ask(key, one).finally(end));
    });
  }

  async function ask(key: string, one: Asked): Promise<void> {
    const { probe } = one;
    const { probes: _, selfWeight: __, ...place } = one.target;
    const answer = await run({ ...place, probe });
    if (asked.get(key) !== one) return;
    const before = says.get(key);
    const now = clock.steady();
    if ('part' in answer) says.set(key, { part: answer.part, at: now });
    else if (before !== undefined) {
      if (now - before.at > lastsFor(probe)) says.delete(key);
      else says.set(key, { ...before, error: answer.error });
    }
    const after = says.get(key);
    const part = after?.part ?? 1;
    if (part !== (before?.part ?? 1)) onChange(key, one.target, part);
    plan(key, one, probe.interval * (1 - JITTER + 2 * JITTER * random()));
  }

  return {
    of: (key) => says.get(key),
    setTargets(targets) {
      const next = new Map(
        targets.flatMap((target) =>
          target.selfWeight === undefined
            ? []
            : [[targetKey(target), { target, probe: target.selfWeight }] as const],
        ),
      );
      for (const [key, one] of asked) {
        const { probe, target = one.target } = next.get(key) ?? {};
        // The same address may be that of a mirror with another name, or may be allowed other redirects.
        one.target = target;
        if (JSON.stringify(probe) === JSON.stringify(one.probe)) continue;
        one.cancel();
        asked.delete(key);
        if (probe === undefined) says.delete(key);
      }
      for (const [key, { target, probe }] of next) {
        if (asked.has(key)) continue;
        const one: Asked = { target, probe, cancel: () => undefined };
        asked.set(key, one);
        plan(key, one, random() * Math.min(FIRST_MS, probe.interval));
      }
      for (const key of says.keys()) if (!asked.has(key)) says.delete(key);
    },
    all: () => says,
    close() {
      for (const { cancel } of asked.values()) cancel();
      asked.clear();
    },
  };
}

/** Reports outlive the process in `self-weights.json`. */
export const SELF_WEIGHTS: StateKind<{ readonly key: string; readonly part: number }> = {
  name: 'self-weights.json',
  version: 2,
  holds: 'says',
  entry: z.strictObject({ key: z.string(), part: z.number().min(0).max(1) }),
};
