/**
 * Decides when signed zones must be signed again: as soon as the next step of a key is due, and each day, so that no
 * signature grows old. This goes by the wall clock, which may be set, so the time is checked every minute.
 */
import { nextEpoch } from '../compile/member-order.js';
import type { World } from '../compile/world.js';
import { nextKeyChange } from '../dnssec/key-times.js';
import type { ZoneKeys } from '../dnssec/keys.js';
import type { Clock } from '../platform/clock.js';
import { HOUR_MS, MINUTE_MS } from '../platform/time.js';

/** Milliseconds between looks. */
const PERIOD = MINUTE_MS;
/** Milliseconds between calls while no other world is served. */
const AGAIN = HOUR_MS;

export interface SigningFollower {
  /** This world is served from now on. */
  follow(world: Pick<World, 'zones' | 'signedAt'>): void;
  /** The wall clock was set: signatures by the old time may not yet be valid, or may be made with the wrong key. */
  clockSet(): void;
  stop(): void;
}

/** Calls `onDue` within a minute after the served world must be signed again. */
export function followSigning(clock: Clock, onDue: () => void): SigningFollower {
  let due = Infinity;
  let cancel = clock.after(PERIOD, look);

  function look(): void {
    cancel = clock.after(PERIOD, look);
    if (clock.now() >= due) tell();
  }

  function tell(): void {
    due = clock.now() + AGAIN;
    onDue();
  }

  return {
    follow(world) {
      due = dueOf(world);
    },
    clockSet() {
      if (due !== Infinity) tell();
    },
    stop: () => cancel(),
  };
}

function dueOf(world: Pick<World, 'zones' | 'signedAt'>): number {
  const { signedAt } = world;
  const keys = [...keysIn(world).values()];
  if (signedAt === undefined || keys.length === 0) return Infinity;
  return Math.min(nextEpoch(signedAt), ...keys.map((each) => nextKeyChange(each, signedAt)));
}

/** The keys of a world's signed zones, by the zone's name. */
export function keysIn({ zones }: Pick<World, 'zones'>): ReadonlyMap<string, ZoneKeys> {
  return new Map(zones.flatMap(({ zone, keys }) => (keys === undefined ? [] : [[zone.name, keys] as const])));
}
