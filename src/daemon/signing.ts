/**
 * When signed zones are to be signed anew: as soon as a key has something else to do, and each day, so that no signature
 * grows old. That is by the wall clock, which may be set: so it is looked at again and again.
 */
import { nextEpoch } from '../compile/member-order.js';
import type { World } from '../compile/world.js';
import { nextKeyChange } from '../dnssec/key-times.js';
import type { ZoneKeys } from '../dnssec/keys.js';
import type { Clock } from '../platform/clock.js';
import { HOUR_MS, MINUTE_MS } from '../platform/time.js';

/** Milliseconds from look to look. */
const PERIOD = MINUTE_MS;
/** From one call to the next, while no other world is served. */
const AGAIN = HOUR_MS;

export interface SigningFollower {
  /** This world is served from now on. */
  follow(world: Pick<World, 'zones' | 'signedAt'>): void;
  /** The wall clock was set: what was signed by the other time may not be valid yet, or not be signed by the right key. */
  clockSet(): void;
  stop(): void;
}

/** Calls `onDue` within a minute of when the world that is served is to be signed anew. */
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

/** What the zones of a world are signed with, by the zone's name. */
export function keysIn({ zones }: Pick<World, 'zones'>): ReadonlyMap<string, ZoneKeys> {
  return new Map(zones.flatMap(({ zone, keys }) => (keys === undefined ? [] : [[zone.name, keys] as const])));
}
