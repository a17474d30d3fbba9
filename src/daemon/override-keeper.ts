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
import { findMirror } from './mirror-name.js';

export interface OverrideKeeper {
  /** Rejects with REQUEST_REFUSED, or STATE_UNUSABLE where it holds but could not be written. */
  disable(request: DisableRequest): Promise<OverrideChange>;
  enable(request: EnableRequest): Promise<OverrideChange>;
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
    for (const { zone, mirror } of ended) {
      log.info(
        { event: 'override-ended', zone, mirror },
        `${zone}/${mirror} is enabled again: its time is over`,
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
    async disable({ mirror: text, reason, until }) {
      const found = findMirror(zones(), text);
      const end = until === undefined ? undefined : Date.parse(until);
      if (end !== undefined && !(end > clock.now())) {
        throw new GeopoolError('REQUEST_REFUSED', `until ${until}: expected a time to come, as RFC 3339`);
      }
      overrides.add({ ...found, reason, since: clock.now(), ...(end !== undefined && { until: end }) });
      log.info(
        { event: 'mirror-disabled', ...found, reason, ...(until !== undefined && { until }) },
        `${found.zone}/${found.mirror} is disabled: ${reason}`,
      );
      await settle();
      return { ...found, changed: true };
    },
    async enable({ mirror: text }) {
      const found = findMirror(zones(), text);
      const changed = overrides.remove(found.zone, found.mirror) !== undefined;
      if (!changed) return { ...found, changed };
      log.info({ event: 'mirror-enabled', ...found }, `${found.zone}/${found.mirror} is enabled`);
      await settle();
      return { ...found, changed };
    },
    stop: () => cancel(),
  };
}
