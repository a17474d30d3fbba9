/**
 * Overrides as they are given, end and are kept: an operator's word is durable before it is acknowledged, and one with a
 * time ends by itself.
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
  /** Rejects with REQUEST_REFUSED, or STATE_UNUSABLE where it holds but could not be written. */
  disable(request: DisableRequest): Promise<OverrideChange>;
  enable(request: EnableRequest): Promise<OverrideChange>;
  /** These were said on other members; and what is withheld is looked at again. */
  adopt(news: readonly SharedOverride[]): void;
  /** What was said on other members and does not hold here, for what it would do to pools. */
  withheld(): readonly WithheldOverride[];
  /** Zone files say something else now: looks when the next override ends. */
  restated(): void;
  /** The wall clock was set: what has ended by it ends, what has not any more is in force again. */
  clockSet(): void;
  stop(): void;
}

/** The overrides that a fleet shares. */
export interface FleetOverrides {
  /**
   * Has the others hear what was said of these here; absent: it was taken back. It is durable when it resolves. Undefined:
   * what is said on this member is for itself alone.
   */
  readonly share:
    | ((mirrors: readonly MirrorName[], said?: SharedOverride['said']) => Promise<void>)
    | undefined;
  /** Whether what was said last of these holds on the others: as soon as all that are heard know, or after five seconds. */
  readonly heardBy: (mirrors: readonly MirrorName[]) => Promise<readonly MemberHearing<'holds'>[]>;
  /** What the fleet says of a mirror. */
  readonly of: (mirror: MirrorName) => SharedOverride | undefined;
}

export interface OverrideKeeping {
  readonly overrides: Overrides;
  readonly clock: Clock;
  readonly log: Log;
  readonly zones: () => readonly Zone[];
  /** Resolves when the overrides are durable. */
  readonly save: () => Promise<void>;
  /** What disabling these would take away, and how one stands, in words. */
  readonly effectsOf: (mirrors: readonly MirrorName[]) => readonly string[];
  readonly standingOf: (mirror: MirrorName) => string;
  /** Has the answers follow what holds for these mirrors now, by `zone/name`. */
  readonly publish: (mirrors: readonly string[]) => void;
  /** The fleet that hears of it; absent: there is none. */
  readonly fleet?: FleetOverrides;
}

export function keepOverrides(keeping: OverrideKeeping): OverrideKeeper {
  const { overrides, clock, log, zones, save, effectsOf, standingOf, publish, fleet } = keeping;
  // Where that fails the journal says so and tries again.
  const saveLater = (): void => void save().catch(() => undefined);
  const ends = openOverrideEnds({ overrides, clock, log, publish, save: saveLater });
  const adoption = createOverrideAdoption(keeping);
  /** What is said here is for this server alone. */
  const isAlone = fleet !== undefined && fleet.share === undefined;

  /** The answers follow at once, before a word is said, and even where the disk does not. */
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
          `${text} is not disabled; with --force it is all the same`,
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
      for (const { zone, mirror, local, ...said } of ends.clockSet())
        if (local !== true) fleet?.share?.([{ zone, mirror }], said).catch(() => undefined);
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

  /** What the fleet says can't be taken back for one server, nor by a member that may not speak for all. */
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

  /** What a zone file says can be taken back there alone; to say "enabled" would be a lie. */
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
