/**
 * What of all that happens people are told: transitions, panic, our own uplink down, zone files that are wrong, and
 * databases that grow old. Each once, when it begins and when it ends.
 */
import type { World } from '../compile/world.js';
import type { GeoDescription } from '../geo/geo-sources.js';
import type { FrozenPool } from '../health/uplink-check.js';
import type { VerdictChange } from '../health/watched-targets.js';
import type { Notice, NoticeEvent } from '../notify/notice.js';
import { DAY_MS, rfc3339 } from '../platform/time.js';
import type { PanicAction } from '../platform/types.js';
import { describePanic } from '../report/describe-panic.js';
import { describeRefused } from '../report/describe-refused.js';
import { type Fault, formatFault } from '../zone/faults.js';

/** A pool that is in panic, and what it does then. */
export interface PanickingPool extends FrozenPool {
  readonly panic: PanicAction;
}

export interface Notifications {
  verdictsChanged(changes: readonly VerdictChange[]): void;
  /** Those that are in panic, and those whose verdicts are frozen, now. */
  panics(pools: readonly PanickingPool[]): void;
  frozen(pools: readonly FrozenPool[]): void;
  /** The zone files of what is served. */
  zones(world: Pick<World, 'zones' | 'refused'>): void;
  /** The databases that serve. */
  databases(geo: readonly GeoDescription[]): void;
  /** A new one that does not serve yet, and why. */
  databaseHeld(text: string): void;
}

/** A database that something should have renewed by now: GeoLite2 comes out twice a week. */
const STALE_MS = 30 * DAY_MS;

/** Tells `tell` what is new in each; `now` gives milliseconds since 1970. */
export function createNotifications(tell: (notice: Notice) => void, now: () => number): Notifications {
  const at = (): string => rfc3339(now());
  const stale = new Set<string>();
  /** What was told last of each file that is wrong. */
  let wrong = new Map<string, NoticeEvent>();

  /** Tells who came to a set and who left it, from one call to the next. */
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
        // That a mirror is well is no news at a start.
        const news = verdict === 'down' || (verdict === 'up' && before === 'down');
        if (!news || verdict === before) continue;
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
