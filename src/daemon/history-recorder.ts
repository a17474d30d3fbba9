/**
 * Records for the history what the daemon learns of its mirrors: which are watched, whose verdict turned, which overrides
 * operators gave, and when verdicts are suppressed.
 */

import { poolKey } from '../answer/table.js';
import type { JointReport } from '../control/mirror-report.js';
import type { Overrides } from '../health/overrides.js';
import type { TargetState, VerdictChange } from '../health/watched-targets.js';
import { type EventToRecord, type HistorySubject, subjectKey } from '../history/history-event.js';
import {
  causeOfBeginning,
  causeOfEnd,
  type HeldOverride,
  heldOf,
  sameOverride,
  stateUnder,
} from '../history/override-words.js';
import type { Target } from '../probe/target.js';
import { jointNotes } from '../report/describe-joint.js';
import { describeSelfWeight } from '../report/describe-self-weight.js';

export interface HistoryRecorder {
  /** These are watched from now on, and no others. */
  setTargets(states: Iterable<TargetState>): void;
  verdictsChanged(changes: readonly VerdictChange[]): void;
  /** The mirror asks for this fraction of its weight and cap from now on. */
  selfWeightChanged(target: Target, part: number): void;
  /** `overrides` are in force: records what changed for these addresses since the last call or the last process. */
  overridesChanged(states: Iterable<TargetState>, overrides: Pick<Overrides, 'of'>): void;
  /** The pools and families whose verdicts are suppressed now. */
  suppressed(
    pools: readonly {
      readonly zone: string;
      readonly owner: string;
      readonly family: HistorySubject['family'];
    }[],
  ): void;
}

/**
 * Passes to `record` what is new in each call. `now` returns wall time, `known` the last recorded override, `jointOf` the
 * fleet's report.
 */
export function createHistoryRecorder(
  record: (happening: EventToRecord) => void,
  now: () => number,
  known: (subject: HistorySubject) => HeldOverride | undefined,
  jointOf: (target: Target) => JointReport | undefined = () => undefined,
): HistoryRecorder {
  const held = new Map<string, HeldOverride | undefined>();
  let followed = new Map<string, HistorySubject>();
  let suppressed = new Map<string, { zone: string; pool: string; family: HistorySubject['family'] }>();
  return {
    setTargets(states) {
      const next = new Map<string, HistorySubject>();
      const all = new Set<string>();
      for (const { target, state } of states) {
        const subject = subjectOf(target);
        const key = subjectKey(subject);
        all.add(key);
        // Addresses that are not probed have no history.
        if (target.probes.every(({ type }) => type === 'none')) continue;
        next.set(key, subject);
        if (!followed.has(key)) record({ type: 'watch', subject, state: state.verdict });
      }
      for (const [key, subject] of followed) {
        if (!next.has(key)) record({ type: 'leave', subject });
      }
      followed = next;
      for (const key of held.keys()) if (!all.has(key)) held.delete(key);
    },

    verdictsChanged(changes) {
      for (const { target, state, before } of changes) {
        if (state.verdict === before) continue;
        const { verdict: to, cause } = state;
        const joint = jointOf(target);
        const said = [cause ?? [], joint === undefined ? [] : jointNotes(joint, to)].flat();
        record({
          type: 'turn',
          subject: subjectOf(target),
          from: before,
          to,
          ...(said.length > 0 && { cause: said.join('; ') }),
        });
      }
    },

    selfWeightChanged(target, part) {
      record({ type: 'self-weight', subject: subjectOf(target), cause: describeSelfWeight(part) });
    },

    overridesChanged(states, overrides) {
      for (const { target, state } of states) {
        const subject = subjectOf(target);
        const key = subjectKey(subject);
        const override = overrides.of(target.zone, target.mirror);
        const before = held.has(key) ? held.get(key) : known(subject);
        const after = override && heldOf(override);
        held.set(key, after);
        const cause =
          after !== undefined ? causeOfBeginning(after) : before !== undefined && causeOfEnd(before, now());
        if (cause === false || sameOverride(before, after)) continue;
        record({
          type: 'override',
          subject,
          from: stateUnder(state.verdict, before),
          to: stateUnder(state.verdict, after),
          cause,
          ...(after !== undefined && { override: after }),
        });
      }
    },

    suppressed(pools) {
      const next = new Map(
        pools.map((one) => [poolKey(one), { zone: one.zone, pool: one.owner, family: one.family }]),
      );
      for (const [key, pool] of next) {
        if (!suppressed.has(key)) record({ type: 'suppressed', on: true, ...pool });
      }
      for (const [key, pool] of suppressed) {
        if (!next.has(key)) record({ type: 'suppressed', on: false, ...pool });
      }
      suppressed = next;
    },
  };
}

function subjectOf({ zone, pool, mirror, address }: Target): HistorySubject {
  return { zone, pool, mirror, address: address.text, family: address.family };
}
