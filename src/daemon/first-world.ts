/**
 * The world that a server begins with. Names of mirrors that nobody knew are asked for before anything is served, as far as
 * servers answer in time: else the first answers would be without those mirrors.
 */
import type { Clock } from '../clock.js';
import { type LiveWorld, openWorld } from '../compile/compiler.js';
import type { World, WorldRequest } from '../compile/world.js';
import { GeopoolError } from '../errors.js';
import { formatFault } from '../zone/faults.js';
import { hostnamesOf } from '../zone/hostnames.js';
import type { Hostnames } from './hostnames.js';

/** How long a start waits for names of mirrors that nobody knew. */
const NAMES_WITHIN_MS = 5000;

/** Rejects with ZONE_INVALID where a zone file is wrong and there is no good copy of it. */
export async function openFirstWorld(
  request: () => WorldRequest,
  hostnames: Hostnames,
  clock: Clock,
): Promise<LiveWorld> {
  const first = await openWithNames(request, hostnames, clock);
  const { refused } = first.world;
  if (refused.length === 0) return first;
  await first.close();
  const details = refused.flatMap(({ faults }) => faults.map(formatFault));
  throw new GeopoolError('ZONE_INVALID', 'zone files are wrong, and there is no good copy of them to serve', {
    details,
  });
}

/** The mirrors' names in a world. */
export function namesIn({ zones }: World): string[] {
  return hostnamesOf(zones.map(({ zone }) => zone));
}

async function openWithNames(
  request: () => WorldRequest,
  hostnames: Hostnames,
  clock: Clock,
): Promise<LiveWorld> {
  const first = await openWorld(request());
  const names = namesIn(first.world);
  if (names.length === 0) return first;
  hostnames.follow(names);
  const known = hostnames.known();
  if (names.every((name) => (known.get(name) ?? []).length > 0)) return first;
  await Promise.race([
    hostnames.settled(),
    new Promise<void>((resolve) => clock.after(NAMES_WITHIN_MS, resolve)),
  ]);
  await first.close();
  return openWorld(request());
}
