/**
 * Network namespaces for a fleet: one for each site with its members, one for each instance, and from each site to each
 * instance a cable that can be cut. They are gone when the test ends.
 */
import { ip } from '../cable.js';
import type { Scope } from '../scope.js';

export interface FleetNet {
  /** The namespaces of the sites. */
  readonly sites: readonly string[];
  /** Those of the instances. */
  readonly instances: readonly string[];
  /** The address of an instance, as a site has it. */
  addressOf(site: number, instance: number): string;
  /** From now on nothing gets from one to the other, or does again. */
  cut(site: number, instance: number): void;
  mend(site: number, instance: number): void;
}

/** Lays it; why not, where that can't be. */
export function layFleetNet(
  t: Scope,
  { sites, instances }: { readonly sites: number; readonly instances: number },
): FleetNet | { readonly unavailable: string } {
  const named = (kind: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `gp-${kind}${i}-${process.pid}`);
  const net = { sites: named('site', sites), instances: named('kv', instances) };
  const all = [...net.sites, ...net.instances];
  t.teardown(() => {
    for (const name of all) ip('netns', 'del', name);
  });
  if (!all.every((name) => ip('netns', 'add', name) && ip('-n', name, 'link', 'set', 'lo', 'up'))) {
    return {
      unavailable: 'network namespaces are not permitted here, or ip is missing: apt-get install iproute2',
    };
  }
  const subnet = (site: number, instance: number): string => `10.78.${8 * site + instance}`;
  const end = (name: string, link: string, address: string): boolean =>
    ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', link) && ip('-n', name, 'link', 'set', link, 'up');
  const laid = net.sites.every((site, s) =>
    net.instances.every(
      (place, i) =>
        ip('-n', site, 'link', 'add', `kv${i}`, 'type', 'veth', 'peer', 'name', `site${s}`, 'netns', place) &&
        end(site, `kv${i}`, `${subnet(s, i)}.1`) &&
        end(place, `site${s}`, `${subnet(s, i)}.2`),
    ),
  );
  if (!laid) return { unavailable: 'no virtual cable can be laid here' };
  // Cut at the far end, the near one stays up: packets go out and none comes back.
  const set = (site: number, instance: number, how: 'up' | 'down'): void => {
    if (!ip('-n', net.instances[instance] ?? '', 'link', 'set', `site${site}`, how))
      throw new Error(`the cable from site ${site} to instance ${instance} goes ${how}`);
  };
  return {
    ...net,
    addressOf: (site, instance) => `${subnet(site, instance)}.2`,
    cut: (site, instance) => set(site, instance, 'down'),
    mend: (site, instance) => set(site, instance, 'up'),
  };
}
