/**
 * The addresses of mirrors that are known by name, for verbs that read zone files alone: asked for here and now.
 */
import type { DaemonSettings } from '../daemon/settings.js';
import { FAMILIES } from '../facts.js';
import { createResolver } from '../health/resolve.js';
import { type HostAddresses, hostnamesOf, usableAddresses } from '../zone/hostnames.js';
import type { Zone } from '../zone/model.js';

/** What is known of the names in some zones; each that can't be resolved is said on stderr. */
export async function resolveHosts(
  zones: readonly Zone[],
  { resolve: options }: Pick<DaemonSettings, 'resolve'>,
): Promise<HostAddresses> {
  const { resolve } = createResolver(options);
  const known = await Promise.all(
    hostnamesOf(zones).map(async (name) => {
      const found = await Promise.all(FAMILIES.map((family) => resolve(name, family)));
      const addresses = found.flatMap((one) => ('addresses' in one ? usableAddresses(one.addresses) : []));
      const faults = found.flatMap((one) => ('fault' in one ? one.fault : []));
      if (addresses.length === 0) process.stderr.write(`${faults[0] ?? `${name} has no addresses`}\n`);
      return [name, addresses] as const;
    }),
  );
  return new Map(known);
}
