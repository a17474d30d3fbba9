/**
 * Overrides as they are given, end and are kept: an operator's word is durable before it is acknowledged, and one with a
 * time ends by itself.
 */
import type { Clock } from '../clock.js';
import type { DisableRequest, EnableRequest, OverrideChange } from '../control/handlers.js';
import { GeopoolError } from '../errors.js';
import type { Overrides } from '../health/overrides.js';
import type { Log } from '../log.js';
import type { Zone } from '../zone/model.js';
import { readTime } from '../zone/times.js';
import { findMirrors, type MirrorName } from './mirror-name.js';

export interface OverrideKeeper {
  /** Rejects with REQUEST_REFUSED, or STATE_UNUSABLE where it holds but could not be written. */
  disable(request: DisableRequest): Promise<OverrideChange>;
  enable(request: EnableRequest): Promise<OverrideChange>;
  /** Zone files say something else now: looks when the next override ends. */
  restated(): void;
  stop(): void;
}

export interface OverrideKeeping {
  readonly overrides: Overrides;
  readonly clock: Clock;
  readonly log: Log;
  readonly zones: () => readonly Zone[];
  /** Resolves when the overrides are durable. */
  readonly save: () => Promise<void>;
  /** Publishes what follows from them; resolves when that is done. */
  readonly publish: () => Promise<void>;
}

/** The longest time that a timer takes, about 12 days; what ends later is looked at again in between. */
const LONGEST_TIMER = 2 ** 30;

export function keepOverrides({
  overrides,
  clock,
  log,
  zones,
  save,
  publish,
}: OverrideKeeping): OverrideKeeper {
  let cancel = (): void => undefined;

  function expire(): void {
    cancel();
    const ended = overrides.expire(clock.now());
    for (const { zone, mirror, state } of ended) {
      log.info(
        { event: 'override-ended', zone, mirror },
        state === 'up'
          ? `${zone}/${mirror} is no longer held up: the time of that is over`
          : `${zone}/${mirror} is enabled again: its time is over`,
      );
    }
    if (ended.length > 0) {
      void publish();
      // Where that fails the journal says so and tries again.
      save().catch(() => undefined);
    }
    const next = overrides.nextExpiry();
    cancel =
      next === undefined ? () => undefined : clock.after(Math.min(next - clock.now(), LONGEST_TIMER), expire);
  }

  async function settle(): Promise<void> {
    expire();
    // The answers follow even where the disk does not.
    await Promise.all([publish(), save()]);
  }

  expire();
  return {
    async disable({ mirror: text, reason, until, by }) {
      const found = findMirrors(zones(), text);
      const end = until === undefined ? undefined : readTime(until);
      if (end !== undefined && (typeof end !== 'number' || end <= clock.now())) {
        throw new GeopoolError('REQUEST_REFUSED', `until ${until}: expected a time to come, as RFC 3339`);
      }
      const said = { reason, ...(end !== undefined && { until: end }), ...(by !== undefined && { by }) };
      for (const { zone, mirror } of found) {
        overrides.add({ zone, mirror, since: clock.now(), ...said });
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
      await settle();
      return changeOf(found, () => true);
    },

    async enable({ mirror: text }) {
      const found = findMirrors(zones(), text);
      const removed = new Set(
        found.filter(({ zone, mirror }) => overrides.remove(zone, mirror) !== undefined),
      );
      for (const { zone, mirror } of removed) {
        log.info({ event: 'mirror-enabled', zone, mirror }, `${zone}/${mirror} is enabled`);
      }
      if (removed.size > 0) await settle();
      refuseStated(found);
      return changeOf(found, (name) => removed.has(name));
    },

    restated: expire,
    stop: () => cancel(),
  };

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
