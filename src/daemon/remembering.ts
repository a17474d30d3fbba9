/**
 * What the daemon sees of its mirrors, told to the history: who is watched, whose verdict turned, and when verdicts are
 * doubted.
 */
import type { HistoryEvent, Subject } from '../health/history.js';
import { subjectKey } from '../health/history.js';
import type { Change, Watched } from '../health/monitor.js';
import type { Target } from '../health/target.js';

export interface Remembering {
  /** These are watched from now on, and nobody else. */
  follow(standings: ReadonlyMap<string, Watched>): void;
  turned(changes: readonly Change[]): void;
  /** The pools and families whose verdicts are doubted now. */
  doubted(
    pools: readonly { readonly zone: string; readonly owner: string; readonly family: Subject['family'] }[],
  ): void;
}

/** Tells `record` what is new in each; `now` gives milliseconds since 1970. */
export function createRemembering(record: (event: HistoryEvent) => void, now: () => number): Remembering {
  let followed = new Map<string, Subject>();
  let doubts = new Map<string, { zone: string; pool: string; family: Subject['family'] }>();
  return {
    follow(standings) {
      const next = new Map<string, Subject>();
      const at = now();
      for (const { target, standing } of standings.values()) {
        // What is not probed has no history.
        if (target.probes.every(({ type }) => type === 'none')) continue;
        const subject = subjectOf(target);
        const key = subjectKey(subject);
        next.set(key, subject);
        if (!followed.has(key)) record({ type: 'watch', at, subject, state: standing.verdict });
      }
      for (const [key, subject] of followed) {
        if (!next.has(key)) record({ type: 'leave', at, subject });
      }
      followed = next;
    },

    turned(changes) {
      for (const { target, standing, before } of changes) {
        if (standing.verdict === before) continue;
        const { verdict: to, cause } = standing;
        record({
          type: 'turn',
          at: now(),
          subject: subjectOf(target),
          from: before,
          to,
          ...(cause !== undefined && { cause }),
        });
      }
    },

    doubted(pools) {
      const next = new Map(
        pools.map(({ zone, owner, family }) => [`${family} ${zone} ${owner}`, { zone, pool: owner, family }]),
      );
      const at = now();
      for (const [key, doubt] of next) {
        if (!doubts.has(key)) record({ type: 'doubt', at, on: true, ...doubt });
      }
      for (const [key, doubt] of doubts) {
        if (!next.has(key)) record({ type: 'doubt', at, on: false, ...doubt });
      }
      doubts = next;
    },
  };
}

function subjectOf({ zone, pool, mirror, address }: Target): Subject {
  return { zone, pool, mirror, address: address.text, family: address.family };
}
