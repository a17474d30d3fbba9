/**
 * Overrides of a fleet: sends the other members what is given or removed here, and tells the operator on which of them it
 * holds.
 */
import type { PassedOverride, SharedOverride } from '../fleet/documents.js';
import type { Clock } from '../platform/clock.js';
import type { FleetEntries } from './fleet-entries.js';
import { createFleetHearing } from './fleet-hearing.js';
import { type MirrorName, nameOf } from './mirror-name.js';
import type { FleetOverrides } from './override-keeper.js';

export interface FleetOverridesOptions {
  readonly self: string;
  /** Whether overrides given here hold on all members. */
  readonly isShared: boolean;
  readonly entries: FleetEntries<MirrorName, SharedOverride>;
  /** What the other members pass on; undefined: the member is silent. */
  readonly heard: () => ReadonlyMap<string, readonly PassedOverride[] | undefined>;
  readonly clock: Pick<Clock, 'after'>;
}

/** Also returns the function to call when another member is heard or falls silent. */
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
          // A removal with nothing to remove is left out.
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
