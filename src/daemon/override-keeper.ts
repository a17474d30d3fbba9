/**
 * Adds, removes and stores overrides. What an operator orders is durable before it is acknowledged, and an override with an
 * end expires.
 */

import type { DisableRequest, EnableRequest, OverrideChange } from '../control/handlers.js';
import type { MemberHearing } from '../control/member-hearing.js';
import type { SharedOverride } from '../fleet/documents.js';
import type { Overrides } from '../health/overrides.js';
import type { Clock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { Zone } from '../zone/model.js';
import { readTime } from '../zone/times.js';
import { findMirrors, type MirrorName, nameOf } from './mirror-name.js';
import { createOverrideAdoption, saidHere, type WithheldOverride } from './override-adoption.js';
import { openOverrideEnds } from './override-ends.js';

export interface OverrideKeeper {
  /** Rejects with REQUEST_REFUSED, or with STATE_UNUSABLE if it holds but could not be written. */
  disable(request: DisableRequest): Promise<OverrideChange>;
  enable(request: EnableRequest): Promise<OverrideChange>;
  /** Takes over overrides from other members, and examines the withheld ones again. */
  adopt(news: readonly SharedOverride[]): void;
  /** Overrides from other members that do not hold here because of their effects on pools. */
  withheld(): readonly WithheldOverride[];
  /** The zone files' overrides have changed: checks when the next override ends. */
  restated(): void;
  /** The wall clock was set: ends overrides that are over by it, and restores those that no longer are. */
  clockSet(): void;
  stop(): void;
}

/** The overrides that a fleet shares. */
export interface FleetOverrides {
  /**
   * Sends the others what was given here for these mirrors; `said` absent: the override was removed. Durable when it
   * resolves. Undefined: what is given on this member is for itself alone.
   */
  readonly share:
    | ((mirrors: readonly MirrorName[], said?: SharedOverride['said']) => Promise<void>)
    | undefined;
  /** Whether what was given last holds on the others: when all that are heard know, or after five seconds. */
  readonly heardBy: (mirrors: readonly MirrorName[]) => Promise<readonly MemberHearing<'holds'>[]>;
  /** The fleet's entry about a mirror. */
  readonly of: (mirror: MirrorName) => SharedOverride | undefined;
}

export interface OverrideKeeping {
  readonly overrides: Overrides;
  readonly clock: Clock;
  readonly log: Log;
  readonly zones: () => readonly Zone[];
  /** Resolves when the overrides are durable. */
  readonly save: () => Promise<void>;
  /** What disabling these would take away, and the state of one, in words. */
  readonly effectsOf: (mirrors: readonly MirrorName[]) => readonly string[];
  readonly standingOf: (mirror: MirrorName) => string;
  /** Makes the answers follow the overrides of these mirrors, by `zone/name`. */
  readonly publish: (mirrors: readonly string[]) => void;
  /** The fleet to tell; absent: there is none. */
  readonly fleet?: FleetOverrides;
}

export function keepOverrides(keeping: OverrideKeeping): OverrideKeeper {
  const { overrides, clock, log, zones, save, effectsOf, standingOf, publish, fleet } = keeping;
  // The journal logs a failure and tries again.
  const saveLater = (): void => void save().catch(() => undefined);
  const ends = openOverrideEnds({ overrides, clock, log, publish, save: saveLater });
  const adoption = createOverrideAdoption(keeping);
  /** Overrides given here are for this server alone. */
  const isAlone = fleet !== undefined && fleet.share === undefined;

  /** Answers follow at once, before anything is logged, and even if the disk fails. */
  function follow(mirrors: readonly MirrorName[]): void {
    publish(mirrors.map(nameOf));
    ends.look();
  }

  return {
    async disable({ mirror: text, reason, until, lasts, by, force = false, local = false }) {
      const found = findMirrors(zones(), text);
      const end = until === undefined ? undefined : readTime(until);
      if (end !== undefined && (typeof end !== 'number' || end <= clock.now())) {
        throw new GeopoolError('REQUEST_REFUSED', `until ${until}: expected a time to come, as RFC 3339`);
      }
      const effects = effectsOf(found);
      if (effects.length > 0 && !force) {
        throw new GeopoolError(
          'REQUEST_REFUSED',
          `${text} is not disabled; use --force to disable it anyway`,
          {
            details: effects,
          },
        );
      }
      const since = clock.now();
      const said = {
        reason,
        since,
        ...(end !== undefined && { until: end }),
        ...(by !== undefined && { by }),
      };
      const isLocal = local || isAlone;
      for (const { zone, mirror } of found) {
        const override = { zone, mirror, ...said, ...(isLocal && { local: true as const }) };
        overrides.add(override);
        if (lasts !== undefined) ends.lasts(override, lasts);
      }
      if (!isLocal) adoption.forget(found);
      follow(found);
      for (const { zone, mirror } of found) {
        log.info(
          {
            event: 'mirror-disabled',
            zone,
            mirror,
            reason,
            ...(until !== undefined && { until }),
            ...(by !== undefined && { by }),
          },
          `${zone}/${mirror} is disabled${by === undefined ? '' : ` by ${by}`}: ${reason}`,
        );
      }
      const word = { ...said, ...(force && { force: true as const }) };
      await Promise.all([save(), isLocal ? undefined : fleet?.share?.(found, word)]);
      return {
        ...changeOf(found, () => true),
        ...(effects.length > 0 && { effects }),
        ...(await membersOf(found, isLocal)),
      };
    },

    async enable({ mirror: text, local = false }) {
      const found = findMirrors(zones(), text);
      const isLocal = local || isAlone;
      if (isLocal) refuseShared(found);
      const removed = new Set(
        found.filter(({ zone, mirror }) => overrides.remove(zone, mirror) !== undefined),
      );
      ends.forget(found);
      if (removed.size > 0) follow([...removed]);
      for (const { zone, mirror } of removed) {
        log.info({ event: 'mirror-enabled', zone, mirror }, `${zone}/${mirror} is enabled`);
      }
      if (isLocal) adopt(found.flatMap((name) => fleet?.of(name) ?? []));
      else adoption.forget(found);
      const shared = isLocal ? undefined : fleet?.share?.(found);
      await Promise.all([removed.size > 0 ? save() : undefined, shared]);
      refuseStated(found);
      const { all, ...change } = changeOf(found, (name) => removed.has(name));
      const members = await membersOf(found, isLocal);
      return { ...change, all: all.map((one) => ({ ...one, standing: standingOf(one) })), ...members };
    },

    adopt,
    withheld: adoption.withheld,

    restated: ends.look,

    clockSet() {
      for (const { zone, mirror, local, ...said } of ends.clockSet()) {
        if (local === true) continue;
        const name = { zone, mirror };
        // As it was shared before, with its `force`: members that do not hold it yet must not withhold it.
        fleet?.share?.([name], { ...fleet.of(name)?.said, ...said }).catch(() => undefined);
      }
    },

    stop: ends.stop,
  };

  function adopt(news: readonly SharedOverride[]): void {
    if (!adoption.adopt(news)) return;
    ends.look();
    saveLater();
  }

  async function membersOf(
    found: readonly MirrorName[],
    isLocal: boolean,
  ): Promise<Pick<OverrideChange, 'members'>> {
    return isLocal || fleet === undefined ? {} : { members: await fleet.heardBy(found) };
  }

  /** A fleet's override can't be removed for one server, nor by a member that may not speak for all. */
  function refuseShared(found: readonly MirrorName[]): void {
    for (const name of found) {
      const shared = fleet?.of(name);
      if (shared?.said === undefined || saidHere(overrides, name)?.local !== undefined) continue;
      throw new GeopoolError(
        'REQUEST_REFUSED',
        `${nameOf(name)} is disabled for the whole fleet: enable it ${isAlone ? `on ${shared.member}` : 'without --local'}`,
      );
    }
  }

  /** An override in a zone file can only be removed there; to report "enabled" would be false. */
  function refuseStated(found: readonly MirrorName[]): void {
    const stated = found
      .map(({ zone, mirror }) => overrides.of(zone, mirror))
      .find((override) => override?.file !== undefined && override.state !== 'up');
    if (stated === undefined) return;
    const { zone, mirror, file, reason } = stated;
    throw new GeopoolError(
      'REQUEST_REFUSED',
      `${zone}/${mirror} is disabled by its zone file (${reason}): take it out of "overrides" in ${file} and reload`,
    );
  }
}

function changeOf(
  found: ReturnType<typeof findMirrors>,
  changed: (name: MirrorName) => boolean,
): OverrideChange {
  const [first] = found;
  return {
    ...first,
    changed: changed(first),
    all: found.map((name) => ({ ...name, changed: changed(name) })),
  };
}
