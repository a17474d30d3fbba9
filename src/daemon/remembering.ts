/**
 * What the daemon sees of its mirrors, told to the history: who is watched, whose verdict turned, what operators say over
 * that, and when verdicts are doubted.
 */
import { type Happening, type Subject, subjectKey } from '../health/history-event.js';
import {
  causeOfBeginning,
  causeOfEnd,
  type HeldOverride,
  heldOf,
  sameOverride,
  shownAs,
} from '../health/override-words.js';
import type { Overrides } from '../health/overrides.js';
import type { Target } from '../health/target.js';
import type { Change, Watched } from '../health/watched.js';

export interface Remembering {
  /** These are watched from now on, and nobody else. */
  follow(standings: ReadonlyMap<string, Watched>): void;
  turned(changes: readonly Change[]): void;
  /** These are served, and `overrides` is in force: what is new in that since the last call, or the last process. */
  overridden(standings: ReadonlyMap<string, Watched>, overrides: Pick<Overrides, 'of'>): void;
  /** The pools and families whose verdicts are doubted now. */
  doubted(
    pools: readonly { readonly zone: string; readonly owner: string; readonly family: Subject['family'] }[],
  ): void;
}

/** Tells `record` what is new in each; `now` is what the wall clock says, `known` the override that was told last. */
export function createRemembering(
  record: (happening: Happening) => void,
  now: () => number,
  known: (subject: Subject) => HeldOverride | undefined,
): Remembering {
  let held = new Map<string, HeldOverride | undefined>();
  let followed = new Map<string, Subject>();
  let doubts = new Map<string, { zone: string; pool: string; family: Subject['family'] }>();
  return {
    follow(standings) {
      const next = new Map<string, Subject>();
      for (const { target, standing } of standings.values()) {
        // What is not probed has no history.
        if (target.probes.every(({ type }) => type === 'none')) continue;
        const subject = subjectOf(target);
        const key = subjectKey(subject);
        next.set(key, subject);
        if (!followed.has(key)) record({ type: 'watch', subject, state: standing.verdict });
      }
      for (const [key, subject] of followed) {
        if (!next.has(key)) record({ type: 'leave', subject });
      }
      followed = next;
    },

    turned(changes) {
      for (const { target, standing, before } of changes) {
        if (standing.verdict === before) continue;
        const { verdict: to, cause } = standing;
        record({
          type: 'turn',
          subject: subjectOf(target),
          from: before,
          to,
          ...(cause !== undefined && { cause }),
        });
      }
    },

    overridden(standings, overrides) {
      const next = new Map<string, HeldOverride | undefined>();
      for (const { target, standing } of standings.values()) {
        const subject = subjectOf(target);
        const key = subjectKey(subject);
        const override = overrides.of(target.zone, target.mirror);
        const before = held.has(key) ? held.get(key) : known(subject);
        const after = override && heldOf(override);
        next.set(key, after);
        const cause =
          after !== undefined ? causeOfBeginning(after) : before !== undefined && causeOfEnd(before, now());
        if (cause === false || sameOverride(before, after)) continue;
        record({
          type: 'override',
          subject,
          from: shownAs(standing.verdict, before),
          to: shownAs(standing.verdict, after),
          cause,
          ...(after !== undefined && { override: after }),
        });
      }
      held = next;
    },

    doubted(pools) {
      const next = new Map(
        pools.map(({ zone, owner, family }) => [`${family} ${zone} ${owner}`, { zone, pool: owner, family }]),
      );
      for (const [key, doubt] of next) {
        if (!doubts.has(key)) record({ type: 'doubt', on: true, ...doubt });
      }
      for (const [key, doubt] of doubts) {
        if (!next.has(key)) record({ type: 'doubt', on: false, ...doubt });
      }
      doubts = next;
    },
  };
}

function subjectOf({ zone, pool, mirror, address }: Target): Subject {
  return { zone, pool, mirror, address: address.text, family: address.family };
}
