/**
 * Ends overrides by the wall clock as it is now: one with a date ends on that date, and one for two hours does not last
 * longer because the clock was set back. An override that ended too early by a clock that was ahead comes into force again.
 */
import type { Override, Overrides } from '../health/overrides.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { DAY_MS } from '../platform/time.js';
import { type MirrorName, nameOf } from './mirror-name.js';
import { saidHere } from './override-adoption.js';

export interface OverrideEnds {
  /** The overrides have changed: ends those that are over, and waits for the next end. */
  look(): void;
  /** The override was given for `ms` milliseconds, whatever the wall clock says. */
  lasts(override: Override, ms: number): void;
  /** These mirrors have been enabled: an ended override of theirs must not come back. */
  forget(mirrors: readonly MirrorName[]): void;
  /** The wall clock was set. Returns the overrides that end earlier because of it. */
  clockSet(): readonly Override[];
  stop(): void;
}

export interface OverrideEnding {
  readonly overrides: Overrides;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes the answers follow the overrides of these mirrors, by `zone/name`. */
  readonly publish: (mirrors: readonly string[]) => void;
  /** A failure is logged, and the save is tried again. */
  readonly save: () => void;
}

/** The longest timer, about 12 days; for later ends the timer looks again in between. */
const LONGEST_TIMER = 2 ** 30;
/** How long an ended override may come back, if the clock is set back. */
const REMEMBERED_MS = DAY_MS;
/** An end that is nearer by at least this counts as changed. */
const NEARER_MS = 1000;

export function openOverrideEnds({ overrides, clock, log, publish, save }: OverrideEnding): OverrideEnds {
  let cancel = (): void => undefined;
  /** When the duration of an override is over, by the steady clock, as are all moments here except `until`. */
  const lasting = new WeakMap<Override, number>();
  /** Overrides that ended recently, and when. */
  let over: readonly { readonly override: Override; readonly at: number }[] = [];

  function look(): void {
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
      save();
    }
    const next = overrides.nextExpiry();
    cancel =
      next === undefined ? () => undefined : clock.after(Math.min(next - clock.now(), LONGEST_TIMER), look);
  }

  /** Restores overrides that ended too early, by a clock that was ahead. */
  function resume(): void {
    over = over.filter(({ override }) => {
      const { zone, mirror, reason, until = 0, file } = override;
      if (until <= clock.now()) return true;
      if (file !== undefined || saidHere(overrides, override) !== undefined) return false;
      overrides.add(override);
      log.info(
        { event: 'mirror-disabled', zone, mirror, reason },
        `${zone}/${mirror} is disabled again: the clock was set back, and its time is not over`,
      );
      return false;
    });
  }

  function shorten(): readonly Override[] {
    return overrides.list().flatMap((override) => {
      const end = lasting.get(override);
      if (end === undefined || clock.wallOf(end) > (override.until ?? 0) - NEARER_MS) return [];
      const nearer = { ...override, until: clock.wallOf(end) };
      overrides.add(nearer);
      lasting.set(nearer, end);
      return nearer;
    });
  }

  look();
  return {
    look,
    lasts: (override, ms) => void lasting.set(override, clock.steady() + ms),
    forget(mirrors) {
      const names = new Set(mirrors.map(nameOf));
      over = over.filter(({ override }) => !names.has(nameOf(override)));
    },
    clockSet() {
      resume();
      const nearer = shorten();
      publish(overrides.list().map(nameOf));
      look();
      save();
      return nearer;
    },
    stop: () => cancel(),
  };
}
