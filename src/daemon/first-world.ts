/**
 * The world that a server begins with. Names of mirrors that nobody knew are asked for before anything is served, as far as
 * servers answer in time: else the first answers would be without those mirrors.
 */

import { type Builder, type LiveWorld, openWorld } from '../compile/compiler.js';
import type { World, WorldRequest } from '../compile/world.js';
import type { Clock } from '../platform/clock.js';
import { type HostNetworks, hostnamesOf } from '../zone/hostnames.js';
import type { Hostnames } from './hostnames.js';

/** How long a start waits for names of mirrors that nobody knew. */
const NAMES_WITHIN_MS = 5000;

/** The mirrors' names in a world. */
export function namesIn({ zones }: World): HostNetworks {
  return hostnamesOf(zones.map(({ zone }) => zone));
}

/** Rejects with ZONE_INVALID where no zone file is right and there is no good copy of any. */
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
