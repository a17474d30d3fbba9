/**
 * Reports to an operator which members of the fleet know what was given here, as soon as that is clear. A member that is
 * not heard goes on as before, and the operator must know that.
 */
import type { MemberHearing } from '../control/member-hearing.js';
import type { Stamp } from '../fleet/documents.js';
import type { Clock } from '../platform/clock.js';

export interface FleetHearing<E, Yes extends string> {
  /** Whether each member knows all of these: resolves when all that can be heard do, or after five seconds. */
  settled(said: readonly E[]): Promise<MemberHearing<Yes>[]>;
  /** Another member is heard or falls silent. */
  changed(): void;
}

export interface FleetHearingOptions<K, Passed, Yes extends string> {
  /** The state to report of a member that knows it and complies. */
  readonly yes: Yes;
  readonly keyOf: (about: K) => string;
  /** What the other members pass on; undefined: the member is silent. */
  readonly heard: () => ReadonlyMap<string, readonly Passed[] | undefined>;
  readonly clock: Pick<Clock, 'after'>;
}

interface Said {
  readonly stamp: Stamp;
}

/** The other members need about a second if all is well. */
const PATIENCE_MS = 5000;

export function createFleetHearing<K, E extends K & Said, Yes extends string>(
  options: FleetHearingOptions<K, E & { readonly withheld?: true }, Yes>,
): FleetHearing<E, Yes> {
  const { yes, keyOf, heard, clock } = options;
  const waiting = new Set<() => void>();

  function standing(said: ReadonlyMap<string, E>): MemberHearing<Yes>[] {
    return Array.from(heard(), ([member, passed]): MemberHearing<Yes> => {
      if (passed === undefined) return { member, state: 'silent' };
      const known = passed.filter((one) => {
        const stamp = said.get(keyOf(one))?.stamp;
        return stamp !== undefined && one.stamp[0] === stamp[0] && one.stamp[1] === stamp[1];
      });
      if (known.length < said.size) return { member, state: 'late' };
      return { member, state: known.some(({ withheld }) => withheld === true) ? 'withheld' : yes };
    });
  }

  return {
    settled(entries) {
      const said = new Map(entries.map((entry) => [keyOf(entry), entry]));
      return new Promise((resolve) => {
        const done = (): void => {
          waiting.delete(look);
          cancel();
          resolve(standing(said));
        };
        const look = (): void => {
          if (standing(said).every(({ state }) => state !== 'late')) done();
        };
        const cancel = clock.after(PATIENCE_MS, done);
        waiting.add(look);
        look();
      });
    },
    changed() {
      for (const look of [...waiting]) look();
    },
  };
}
