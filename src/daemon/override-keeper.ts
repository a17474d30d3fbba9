/**
 * Overrides as they are given, end and are kept: an operator's word is durable before it is acknowledged, and one with a
 * time ends by itself.
 */
import type { Clock } from '../clock.js';
import type { DisableRequest, EnableRequest, OverrideChange } from '../control/handlers.js';
import { GeopoolError } from '../errors.js';
import type { Override, Overrides } from '../health/overrides.js';
import type { Log } from '../log.js';
import { DAY_MS } from '../time.js';
import type { Zone } from '../zone/model.js';
import { readTime } from '../zone/times.js';
import { findMirrors, type MirrorName } from './mirror-name.js';

export interface OverrideKeeper {
  /** Rejects with REQUEST_REFUSED, or STATE_UNUSABLE where it holds but could not be written. */
  disable(request: DisableRequest): Promise<OverrideChange>;
  enable(request: EnableRequest): Promise<OverrideChange>;
  /** Zone files say something else now: looks when the next override ends. */
  restated(): void;
  /** The wall clock was set: what has ended by it ends, what has not any more is in force again. */
  clockSet(): void;
  stop(): void;
}

export interface OverrideKeeping {
  readonly overrides: Overrides;
  readonly clock: Clock;
  readonly log: Log;
  readonly zones: () => readonly Zone[];
  /** Resolves when the overrides are durable. */
  readonly save: () => Promise<void>;
  /** Has the answers follow what holds for these mirrors now, by `zone/name`. */
  readonly publish: (mirrors: readonly string[]) => void;
}

/** The longest time that a timer takes, about 12 days; what ends later is looked at again in between. */
const LONGEST_TIMER = 2 ** 30;
/** How long an override that has ended may come back, should the clock be set back. */
const REMEMBERED_MS = DAY_MS;
/** An end so much nearer is another one. */
const NEARER_MS = 1000;

export function keepOverrides({
  overrides,
  clock,
  log,
  zones,
  save,
  publish,
}: OverrideKeeping): OverrideKeeper {
  let cancel = (): void => undefined;
  /** When the time is over for which an override was given; by the steady clock, as all in here but `until`. */
  const lasting = new WeakMap<Override, number>();
  /** Overrides that have ended lately, and when. */
  let over: readonly { readonly override: Override; readonly at: number }[] = [];

  function expire(): void {
    cancel();
    const ended = overrides.expire(clock.now());
    const at = clock.steady();
    over = [
      ...over.filter((one) => at - one.at < REMEMBERED_MS),
      ...ended.map((override) => ({ override, at })),
    ];
    for (const { zone, mirror, state } of ended) {
      log.info(
        { event: 'override-ended', zone, mirror },
        state === 'up'
          ? `${zone}/${mirror} is no longer held up: the time of that is over`
          : `${zone}/${mirror} is enabled again: its time is over`,
      );
    }
    if (ended.length > 0) {
      publish(ended.map(nameOf));
      // Where that fails the journal says so and tries again.
      save().catch(() => undefined);
    }
    const next = overrides.nextExpiry();
    cancel =
      next === undefined ? () => undefined : clock.after(Math.min(next - clock.now(), LONGEST_TIMER), expire);
  }

  async function settle(mirrors: readonly MirrorName[]): Promise<void> {
    expire();
    // The answers follow even where the disk does not.
    publish(mirrors.map(nameOf));
    await save();
  }

  expire();
  return {
    async disable({ mirror: text, reason, until, lasts, by }) {
      const found = findMirrors(zones(), text);
      const end = until === undefined ? undefined : readTime(until);
      if (end !== undefined && (typeof end !== 'number' || end <= clock.now())) {
        throw new GeopoolError('REQUEST_REFUSED', `until ${until}: expected a time to come, as RFC 3339`);
      }
      const said = { reason, ...(end !== undefined && { until: end }), ...(by !== undefined && { by }) };
      for (const { zone, mirror } of found) {
        const override = { zone, mirror, since: clock.now(), ...said };
        overrides.add(override);
        if (lasts !== undefined) lasting.set(override, clock.steady() + lasts);
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
      await settle(found);
      return changeOf(found, () => true);
    },

    async enable({ mirror: text }) {
      const found = findMirrors(zones(), text);
      const removed = new Set(
        found.filter(({ zone, mirror }) => overrides.remove(zone, mirror) !== undefined),
      );
      over = over.filter(({ override }) =>
        found.every(({ zone, mirror }) => zone !== override.zone || mirror !== override.mirror),
      );
      for (const { zone, mirror } of removed) {
        log.info({ event: 'mirror-enabled', zone, mirror }, `${zone}/${mirror} is enabled`);
      }
      if (removed.size > 0) await settle([...removed]);
      refuseStated(found);
      return changeOf(found, (name) => removed.has(name));
    },

    restated: expire,

    clockSet() {
      resume();
      shorten();
      // Where it can't be written the journal says so.
      settle(overrides.list()).catch(() => undefined);
    },

    stop: () => cancel(),
  };

  /** A clock that was ahead has ended some too early. */
  function resume(): void {
    over = over.filter(({ override }) => {
      const { zone, mirror, reason, until = 0, file } = override;
      if (until <= clock.now()) return true;
      if (file !== undefined || overrides.of(zone, mirror) !== undefined) return false;
      overrides.add(override);
      log.info(
        { event: 'mirror-disabled', zone, mirror, reason },
        `${zone}/${mirror} is disabled again: the clock was set back, and its time is not over`,
      );
      return false;
    });
  }

  /** What was to last two hours lasts no longer for a clock that was set back. */
  function shorten(): void {
    for (const override of overrides.list()) {
      const end = lasting.get(override);
      if (end === undefined || clock.wallOf(end) > (override.until ?? 0) - NEARER_MS) continue;
      const nearer = { ...override, until: clock.wallOf(end) };
      overrides.add(nearer);
      lasting.set(nearer, end);
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

function nameOf({ zone, mirror }: MirrorName): string {
  return `${zone}/${mirror}`;
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
