/**
 * The resources of gdnsd's plugins: the hosts of each data centre, how many are answered, and how they are checked. A
 * resource of `multifo` or `weighted` is one data centre. One of `simplefo` is two, the second for when the first is down.
 */
import { parseAddress } from '../ip/address.js';
import type { Decide } from './gdnsd-order.js';
import { childIn, textIn, textsOf, type Vscf } from './vscf.js';

export interface GdnsdHost {
  /** Its label in the plugin; '' if it has none. */
  readonly label: string;
  readonly addresses: readonly string[];
  /** Instead of addresses. */
  readonly hostname?: string;
  readonly weight?: number;
}

export type GdnsdPreference =
  | { readonly by: 'map'; readonly map: string; readonly skipFirst: boolean }
  | { readonly by: 'list'; readonly centres: readonly string[] };

export interface GdnsdResource {
  readonly name: string;
  readonly at: Vscf;
  /** By data centre name. */
  readonly centres: ReadonlyMap<string, readonly GdnsdHost[]>;
  /** Which data centre comes first: by a map, or in this order. Absent: there is only one. */
  readonly order?: GdnsdPreference;
  readonly answers: number;
  /** If less than this part is up, all count as up. */
  readonly threshold: number;
  readonly serviceTypes: Vscf | undefined;
}

/** Keys that are settings, not host names. */
const SETTINGS = [
  'service_types',
  'up_thresh',
  'multi',
  'plugin',
  'addrs_v4',
  'addrs_v6',
  'ignore_health',
  'skip_first',
  'map',
  'dcmap',
  'datacenters',
  'resources',
  'maps',
  'undefined_datacenters_ok',
];
const MOST_ANSWERS = 8;
const MOST_DEPTH = 5;
const UP_THRESH = '0.5';
const HOSTS = ['multifo', 'weighted', 'simplefo'];

/** All resources, as `PLUGIN!RESOURCE`. */
export function resourceNames(plugins: Vscf | undefined): readonly string[] {
  if (plugins?.kind !== 'hash') return [];
  return plugins.entries.flatMap(({ key: plugin, value }) => {
    const all = HOSTS.includes(plugin)
      ? value
      : ['geoip', 'metafo'].includes(plugin)
        ? childIn(value, 'resources')
        : undefined;
    if (all?.kind !== 'hash') return [];
    return all.entries.filter(({ key }) => !SETTINGS.includes(key)).map(({ key }) => `${plugin}!${key}`);
  });
}

/** The resource that a record names. Undefined if there is none with hosts. */
export function gdnsdResource(
  reference: string,
  plugins: Vscf | undefined,
  decide: Decide,
): GdnsdResource | undefined {
  const [, plugin = '', name = '', centre] = /^%?([^!]*)!([^/]+)(?:\/(.+))?$/.exec(reference) ?? [];
  const above = childIn(plugins, plugin);
  const isMeta = plugin === 'geoip' || plugin === 'metafo';
  const resource = isMeta ? childIn(childIn(above, 'resources'), name) : childIn(above, name);
  if (resource === undefined || (!isMeta && !HOSTS.includes(plugin))) return undefined;
  const inherited = (key: string): Vscf | undefined => childIn(resource, key) ?? childIn(above, key);
  const common = { name, at: resource, serviceTypes: inherited('service_types') };
  if (!isMeta) {
    const hosts = hostsOf(resource, plugin);
    if (plugin === 'simplefo') {
      const centres = new Map(hosts.map((host) => [host.label, [{ ...host, label: '' }]] as const));
      return {
        ...common,
        centres,
        order: { by: 'list', centres: ['primary', 'secondary'] },
        answers: 1,
        threshold: 0,
      };
    }
    const settings = {
      multi: textOf(inherited('multi')),
      thresh: textOf(inherited('up_thresh')) ?? UP_THRESH,
    };
    const answers = plugin === 'weighted' && settings.multi !== 'true' ? 1 : mostOf(hosts);
    if (plugin === 'weighted' && settings.multi === 'true')
      decide(
        resource,
        `${name} answered each host by its part of the largest weight: now all of them, ${MOST_ANSWERS} at most`,
      );
    return { ...common, centres: new Map([['', hosts]]), answers, threshold: Number(settings.thresh) };
  }
  const usual = textOf(inherited('plugin')) ?? 'multifo';
  const centres = new Map<string, readonly GdnsdHost[]>();
  let answers = 1;
  const dcmap = childIn(resource, 'dcmap');
  for (const { key, value } of dcmap?.kind === 'hash' ? dcmap.entries : []) {
    if (centre !== undefined && key !== centre) continue;
    const site = siteOf(value, usual, plugins, decide, 0);
    if (site === undefined)
      decide(value, `the data centre ${key} of ${name} has no equivalent: it was left out`);
    else {
      centres.set(key, site.hosts);
      answers = Math.max(answers, site.answers);
    }
  }
  const order =
    centre === undefined
      ? preferenceOf(resource, textOf(inherited('map')), textOf(inherited('skip_first')))
      : undefined;
  return { ...common, centres, ...(order !== undefined && { order }), answers, threshold: 0 };
}

function preferenceOf(
  resource: Vscf,
  map: string | undefined,
  skipFirst: string | undefined,
): GdnsdPreference | undefined {
  if (map !== undefined) return { by: 'map', map, skipFirst: skipFirst === 'true' };
  const centres = textsOf(childIn(resource, 'datacenters'));
  return centres && { by: 'list', centres };
}

/** The hosts of a data centre: an address, several addresses, a hash for another plugin, or a reference to a resource. */
function siteOf(
  value: Vscf,
  usual: string,
  plugins: Vscf | undefined,
  decide: Decide,
  depth: number,
): { readonly hosts: readonly GdnsdHost[]; readonly answers: number } | undefined {
  if (value.kind === 'text' && value.text.includes('!')) {
    const [, plugin, name] = /^%?([^!]*)!(.+)$/.exec(value.text) ?? [];
    const kind = plugin === undefined || plugin === '' ? usual : plugin;
    const target = HOSTS.includes(kind) ? childIn(childIn(plugins, kind), name ?? '') : undefined;
    return target === undefined || depth > MOST_DEPTH
      ? undefined
      : siteOf(target, kind, plugins, decide, depth + 1);
  }
  const plugin = textIn(value, 'plugin') ?? usual;
  const hosts = hostsOf(value, plugin);
  if (plugin === 'simplefo') decide(value, 'primary and secondary of this data centre are equals now');
  const single = plugin === 'simplefo' || (plugin === 'weighted' && textIn(value, 'multi') !== 'true');
  return hosts.length === 0
    ? undefined
    : { hosts, answers: single && value.kind === 'hash' ? 1 : mostOf(hosts) };
}

/** The hosts that a value names. Addresses of both families are joined by label. */
function hostsOf(value: Vscf, plugin: string): readonly GdnsdHost[] {
  const families = ['addrs_v4', 'addrs_v6'].flatMap((key) => childIn(value, key) ?? []);
  const hosts = new Map<string, GdnsdHost>();
  for (const host of (families.length > 0 ? families : [value]).flatMap((one) => listed(one, plugin, ''))) {
    const before = hosts.get(host.label);
    hosts.set(host.label, {
      ...before,
      ...host,
      addresses: [...(before?.addresses ?? []), ...host.addresses],
    });
  }
  return [...hosts.values()];
}

function listed(value: Vscf, plugin: string, label: string): readonly GdnsdHost[] {
  if (value.kind === 'text') return [hostOf(value.text, label)];
  const texts = textsOf(value);
  if (texts !== undefined) {
    const [address, weight] = texts;
    if (plugin === 'weighted' && address !== undefined && weight !== undefined && texts.length === 2)
      return [{ ...hostOf(address, label), weight: Number(weight) }];
    return texts.map((text, i) => hostOf(text, `${label}${i + 1}`));
  }
  if (value.kind !== 'hash') return [];
  return value.entries
    .filter(({ key }) => !SETTINGS.includes(key))
    .flatMap(({ key, value: inner }) => listed(inner, plugin, label === '' ? key : `${label}-${key}`));
}

function hostOf(text: string, label: string): GdnsdHost {
  const address = parseAddress(text);
  return address === null
    ? { label, addresses: [], hostname: text.toLowerCase().replace(/\.$/, '') }
    : { label, addresses: [address.text] };
}

function mostOf(hosts: readonly GdnsdHost[]): number {
  const count = (sign: string): number =>
    hosts.flatMap(({ addresses }) => addresses.filter((one) => one.includes(sign))).length;
  return Math.max(1, Math.min(MOST_ANSWERS, Math.max(count('.'), count(':'))));
}

function textOf(value: Vscf | undefined): string | undefined {
  return value?.kind === 'text' ? value.text : undefined;
}
