/**
 * Overrides of a fleet: what is said or taken back here is told to the other members, and whoever said it hears on which of
 * them it holds.
 */
import type { PassedOverride, SharedOverride } from '../fleet/documents.js';
import type { Clock } from '../platform/clock.js';
import type { FleetEntries } from './fleet-entries.js';
import { createFleetHearing } from './fleet-hearing.js';
import { type MirrorName, nameOf } from './mirror-name.js';
import type { FleetOverrides } from './override-keeper.js';

export interface FleetOverridesOptions {
  readonly self: string;
  /** Whether what is said here holds on all. */
  readonly isShared: boolean;
  readonly entries: FleetEntries<MirrorName, SharedOverride>;
  /** What the other members pass on; undefined: it is silent. */
  readonly heard: () => ReadonlyMap<string, readonly PassedOverride[] | undefined>;
  readonly clock: Pick<Clock, 'after'>;
}

/** And with what is to be called when another member is heard, or is silent. */
export function createFleetOverrides(options: FleetOverridesOptions): FleetOverrides & { changed(): void } {
  const { self, isShared, entries, heard, clock } = options;
  const hearing = createFleetHearing<MirrorName, SharedOverride, 'holds'>({
    ...{ yes: 'holds', keyOf: nameOf, heard, clock },
  });
  return {
    of: entries.of,
    share: !isShared
      ? undefined
      : async (mirrors, said) => {
          // There may be nothing to take back.
          const told = mirrors.filter(
            (mirror) => said !== undefined || entries.of(mirror)?.said !== undefined,
          );
          if (told.length === 0) return;
          await entries.say(
            told.map(({ zone, mirror }) => (stamp) => ({
              ...{ zone, mirror, stamp, member: self },
              ...(said !== undefined && { said }),
            })),
          );
        },
    async heardBy(mirrors) {
      const said = mirrors.flatMap((mirror) => entries.of(mirror) ?? []);
      return said.length === 0 ? [] : hearing.settled(said);
    },
    changed: hearing.changed,
  };
}
