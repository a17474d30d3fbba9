/**
 * The mirrors of a zone whose pools are gdnsd resources. A data centre is one mirror. If it has several hosts, or
 * different addresses in several resources, each of these is a mirror, named `CENTRE.HOST` or `RESOURCE.CENTRE`.
 */
import type { YamlEntry } from '../zone/write-yaml.js';
import type { GdnsdHost, GdnsdResource } from './gdnsd-resources.js';
import { mapping } from './imported.js';
import { newMirrorNames } from './mirror-names.js';

export interface GdnsdMirrors {
  readonly mirrors: readonly YamlEntry[];
  /** The mirrors of one data centre of a resource, or of all its data centres if none is given. */
  namesOf(resource: GdnsdResource, centre?: string): readonly string[];
  /** The hosts of a resource whose weight there is not that of their mirror, which is the first resource's. */
  reweighed(resource: GdnsdResource): readonly GdnsdHost[];
}

/** `places` has latitude and longitude by data centre. */
export function gdnsdMirrors(
  resources: readonly GdnsdResource[],
  places: ReadonlyMap<string, readonly [number, number]>,
): GdnsdMirrors {
  const names = newMirrorNames();
  /** By the host's identity: the same addresses are the same mirror. */
  const known = new Map<string, { readonly name: string; readonly weight: number | undefined }>();
  const mirrors: YamlEntry[] = [];
  const sites = new Map<string, Set<string>>();
  for (const { centres } of resources) {
    for (const [centre, hosts] of centres)
      sites.set(centre, new Set([...(sites.get(centre) ?? []), hosts.map(identify).join()]));
  }
  for (const { name, centres, order } of resources) {
    for (const [centre, hosts] of centres) {
      const own = (sites.get(centre)?.size ?? 0) > 1 || centre === '';
      for (const host of hosts) {
        if (known.has(identify(host))) continue;
        const parts = [own ? name : '', centre, hosts.length > 1 ? host.label : ''].filter(
          (part) => part !== '',
        );
        const made = names.take(parts.join('.'));
        known.set(identify(host), { name: made, weight: host.weight });
        const place = order?.by === 'map' ? places.get(centre) : undefined;
        mirrors.push({
          key: made,
          value: mapping({
            ...(host.hostname === undefined ? { addresses: host.addresses } : { hostname: host.hostname }),
            weight: host.weight,
            location: place && mapping({ latitude: place[0], longitude: place[1] }),
          }),
        });
      }
    }
  }
  return {
    mirrors,
    namesOf: ({ centres }, centre) =>
      [...centres].flatMap(([name, hosts]) =>
        centre === undefined || centre === name
          ? hosts.flatMap((host) => known.get(identify(host))?.name ?? [])
          : [],
      ),
    reweighed: ({ centres }) =>
      [...centres.values()]
        .flat()
        .filter((host) => host.weight !== undefined && host.weight !== known.get(identify(host))?.weight),
  };
}

function identify({ addresses, hostname }: GdnsdHost): string {
  return hostname ?? addresses.join();
}
