/**
 * Remembers which zones were served signed, and logs an error if one becomes unsigned too early: resolvers that know its DS
 * then reject everything they get from it.
 */
import type { World } from '../compile/world.js';
import type { UnsignedReport } from '../control/status-report.js';
import { dsTtlOf } from '../dnssec/roll.js';
import { type RememberedZone, wantedUntil } from '../dnssec/withdrawal.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { rfc3339 } from '../platform/time.js';
import { describeUnsigned } from '../report/describe-unsigned.js';
import type { StateFiles } from '../state/state-files.js';
import { SIGNED_ZONES } from './signed-zones-file.js';

export interface SignedZones {
  /** This world is served from now on. */
  follow(world: Pick<World, 'zones'>): void;
  /** Zones that are unsigned too early. */
  missed(): readonly UnsignedReport[];
  stop(): Promise<void>;
}

/** Never rejects. */
export async function openSignedZones(
  files: Pick<StateFiles, 'read' | 'keep'>,
  clock: Pick<Clock, 'now'>,
  log: Log,
): Promise<SignedZones> {
  const known = new Map((await files.read(SIGNED_ZONES)).map((each) => [each.zone, each]));
  const file = files.keep(SIGNED_ZONES, () => known.values());

  function missedOf(each: RememberedZone): readonly UnsignedReport[] {
    const { zone, unsigned } = each;
    const until = wantedUntil(each, clock.now());
    if (unsigned === undefined || until === undefined) return [];
    return [{ zone, since: rfc3339(unsigned), until: rfc3339(until) }];
  }

  function keep(entry: RememberedZone): void {
    if (JSON.stringify(known.get(entry.zone)) === JSON.stringify(entry)) return;
    known.set(entry.zone, entry);
    file.mark();
  }

  return {
    follow({ zones }) {
      for (const { zone, keys } of zones) {
        const before = known.get(zone.name);
        if (keys !== undefined) {
          const { withdrawn } = keys;
          keep({ zone: zone.name, dsTtl: dsTtlOf(keys), ...(withdrawn !== undefined && { withdrawn }) });
        } else if (before !== undefined) {
          keep({ ...before, unsigned: before.unsigned ?? clock.now() });
        }
      }
      for (const entry of known.values()) {
        for (const report of missedOf(entry))
          log.error({ event: 'unsigned-early', ...report }, describeUnsigned(report));
      }
    },
    missed: () => [...known.values()].flatMap(missedOf),
    stop: () => file.close(),
  };
}
