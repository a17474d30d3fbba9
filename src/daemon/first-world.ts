/**
 * The world that a server begins with. Host names of mirrors without a known address are resolved before anything is
 * served, as far as name servers answer in time. Otherwise the first answers would lack those mirrors.
 */

import { type Builder, type LiveWorld, openWorld } from '../compile/compiler.js';
import type { World, WorldRequest } from '../compile/world.js';
import type { Clock } from '../platform/clock.js';
import { type HostNetworks, hostnamesOf } from '../zone/hostnames.js';
import type { Hostnames } from './hostnames.js';

/** How long a start waits for names without a known address. */
const NAMES_WITHIN_MS = 5000;

/** The host names of mirrors in a world. */
export function namesIn({ zones }: World): HostNetworks {
  return hostnamesOf(zones.map(({ zone }) => zone));
}

/** Rejects with ZONE_INVALID if no zone file is valid and none has a good copy. */
export async function openFirstWorld(
  request: () => WorldRequest,
  hostnames: Hostnames,
  clock: Clock,
  builder: Builder,
): Promise<LiveWorld> {
  const first = await builder.build({ request: request() });
  const names = namesIn(first.world);
  if (names.size === 0) return first;
  hostnames.follow(names);
  const known = hostnames.known();
  if ([...names.keys()].every((name) => (known.get(name) ?? []).length > 0)) return first;
  await Promise.race([
    hostnames.settled(),
    new Promise<void>((resolve) => clock.after(NAMES_WITHIN_MS, resolve)),
  ]);
  return openWorld({ request: request() });
}
