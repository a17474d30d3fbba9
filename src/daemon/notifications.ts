/**
 * Decides what people are notified of: transitions, panic, our own uplink down, invalid zone files, and databases that
 * grow old. Each is reported once when it begins, and once when it ends.
 */
import type { World } from '../compile/world.js';
import type { GeoDescription } from '../geo/geo-sources.js';
import type { FrozenPool } from '../health/uplink-check.js';
import type { TargetState, VerdictChange } from '../health/watched-targets.js';
import type { Notice, NoticeEvent } from '../notify/notice.js';
import { DAY_MS, rfc3339 } from '../platform/time.js';
import type { PanicAction } from '../platform/types.js';
import { describePanic } from '../report/describe-panic.js';
import { describeRefused } from '../report/describe-refused.js';
import { type Fault, formatFault } from '../zone/faults.js';
import { placeOf } from './turned-by-reload.js';

/** A pool in panic, and the action that it takes then. */
export interface PanickingPool extends FrozenPool {
  readonly panic: PanicAction;
}

export interface Notifications {
  verdictsChanged(changes: readonly VerdictChange[]): void;
  /** These are watched from now on, and no others. */
  watched(states: Iterable<TargetState>): void;
  /** The pools that are in panic now, and those whose verdicts are frozen now. */
  panics(pools: readonly PanickingPool[]): void;
  frozen(pools: readonly FrozenPool[]): void;
  /** The zone files of the served world. */
  zones(world: Pick<World, 'zones' | 'refused'>): void;
  /** The databases in use. */
  databases(geo: readonly GeoDescription[]): void;
  /** A new database that is not in use yet, and why. */
  databaseHeld(text: string): void;
}

/** A database of this age should have been renewed: GeoLite2 is released twice a week. */
const STALE_MS = 30 * DAY_MS;

/** Passes what is new to `tell`; `now` returns milliseconds since 1970. */
export function createNotifications(tell: (notice: Notice) => void, now: () => number): Notifications {
  const at = (): string => rfc3339(now());
  const stale = new Set<string>();
  /** The addresses that are down, or were until a reload changed how they are probed. */
  const down = new Set<string>();
  /** The last event reported of each file that is wrong. */
  let wrong = new Map<string, NoticeEvent>();

  /** Reports the pools that joined or left a set between two calls. */
  function differ<P extends FrozenPool>(
    begin: NoticeEvent,
    end: NoticeEvent,
    say: (name: string, on: boolean, pool: P) => string,
  ) {
    let known = new Map<string, P>();
    return (pools: readonly P[]): void => {
      const next = new Map(pools.map((pool) => [`${pool.family} ${pool.zone} ${pool.owner}`, pool]));
      const told = (pool: P, on: boolean): void => {
        const { zone, owner, family } = pool;
        const text = say(`${owner} (${family})`, on, pool);
        tell({ event: on ? begin : end, at: at(), text, zone, pool: owner, family });
      };
      for (const [key, pool] of next) if (!known.has(key)) told(pool, true);
      for (const [key, pool] of known) if (!next.has(key)) told(pool, false);
      known = next;
    };
  }

  return {
    verdictsChanged(changes) {
      for (const { target, state, before } of changes) {
        const { verdict, cause } = state;
        if (verdict === before || verdict === 'unknown') continue;
        // At a start, it is no news that a mirror is up.
        const place = placeOf(target);
        const wasDown = down.delete(place) || before === 'down';
        if (verdict === 'down') down.add(place);
        else if (!wasDown) continue;
        const { zone, pool, mirror, address } = target;
        const why = cause === undefined || verdict === 'up' ? {} : { cause };
        const text = `${mirror} (${address.text}) of ${pool} is ${verdict}${verdict === 'down' ? `: ${cause}` : ' again'}`;
        tell({
          event: verdict,
          at: at(),
          text,
          zone,
          pool,
          family: address.family,
          mirror,
          address: address.text,
          ...why,
        });
      }
    },

    watched(states) {
      const verdicts = new Map(Array.from(states, ({ target, state }) => [placeOf(target), state.verdict]));
      for (const place of down) if (!verdicts.has(place)) down.delete(place);
      for (const [place, verdict] of verdicts) if (verdict === 'down') down.add(place);
    },

    panics: differ('panic', 'panic-over', (name, on, { panic }: PanickingPool) =>
      on ? `PANIC in ${name}: ${describePanic(panic)}` : `${name}: the panic is over, probes count again`,
    ),

    frozen: differ('uplink-down', 'uplink-up', (pool, on) =>
      on
        ? `${pool}: uplink down: no canary answers; verdicts are frozen`
        : `${pool}: uplink up: canaries answer, verdicts count again`,
    ),

    zones({ zones, refused }) {
      const next = new Map<string, NoticeEvent>();
      const say = (event: NoticeEvent, file: string, what: string, zone?: string): void => {
        if (event !== 'zone-good') next.set(file, event);
        if (wrong.get(file) === event) return;
        tell({ event, at: at(), text: `${file} ${what}`, ...(zone !== undefined && { zone }) });
      };
      const first = ([fault]: readonly Fault[]): string =>
        fault === undefined ? '' : `: ${formatFault(fault)}`;
      for (const { file, stale, zone } of zones) {
        if (stale === undefined) continue;
        say('zone-stale', file, `is wrong; its last good copy is served${first(stale)}`, zone.name);
      }
      for (const { keyFaults = [], zone } of zones) {
        const [fault] = keyFaults;
        if (fault === undefined) continue;
        say('zone-stale', fault.file, `is wrong; the keys from before go on${first(keyFaults)}`, zone.name);
      }
      for (const { file, faults, zone } of refused) {
        say('zone-refused', file, `is wrong; ${describeRefused(zone)}${first(faults)}`, zone);
      }
      for (const file of wrong.keys()) {
        if (!next.has(file)) say('zone-good', file, 'is no longer wrong');
      }
      wrong = next;
    },

    databaseHeld: (text) => tell({ event: 'database-held', at: at(), text }),

    databases(geo) {
      for (const { type, source, build_epoch, path } of geo) {
        const days = Math.floor((now() - build_epoch * 1000) / DAY_MS);
        if (source === 'embedded' || days * DAY_MS < STALE_MS) stale.delete(path);
        else if (!stale.has(path)) {
          stale.add(path);
          tell({
            event: 'database-stale',
            at: at(),
            text: `the ${source} database ${type} is ${days} days old: nothing seems to renew it`,
          });
        }
      }
    },
  };
}
