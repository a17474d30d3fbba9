/**
 * Looks up the addresses of mirrors that are given by host name, for verbs that read zone files alone.
 */
import type { DaemonSettings } from '../daemon/settings.js';
import { FAMILIES } from '../platform/types.js';
import { createResolver } from '../probe/resolve.js';
import { type HostAddresses, hostnamesOf, hostWarnings, mostOf, sortOut } from '../zone/hostnames.js';
import type { Zone } from '../zone/model.js';
import { printError } from './output.js';

/** The addresses of the host names in these zones. Prints on stderr what is wrong with a name. */
export async function resolveHosts(
  zones: readonly Zone[],
  { resolve: options }: Pick<DaemonSettings, 'resolve'>,
): Promise<HostAddresses> {
  const { resolve } = createResolver(options);
  const known = await Promise.all(
    Array.from(hostnamesOf(zones), async ([name, networks]) => {
      const found = await Promise.all(FAMILIES.map((family) => resolve(name, family)));
      const answers = found.flatMap((one) => ('addresses' in one ? one.addresses : []));
      const { usable, refused } = sortOut(answers, networks);
      const addresses = mostOf(usable);
      printError(...hostWarnings(name, refused, usable).map(({ text }) => text));
      const faults = found.flatMap((one) => ('fault' in one ? one.fault : []));
      if (addresses.length === 0) printError(faults[0] ?? `${name} has no addresses`);
      return [name, addresses] as const;
    }),
  );
  return new Map(known);
}
