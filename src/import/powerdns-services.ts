/**
 * The services of PowerDNS' geoip backend as pools and orders. A service lists name templates made of the client's place,
 * such as `%cc.%cn.svc.example.org`, and the first name with records answers. So each record that matches a template shows
 * which clients its addresses are for.
 */
import { CONTINENTS } from '../platform/continents.js';
import { COUNTRY_CODES, isSubdivision } from '../platform/countries.js';
import { readNetwork } from '../zone/addresses.js';
import { isTextFault } from '../zone/text-fault.js';
import type { YamlEntry, YamlValue } from '../zone/write-yaml.js';
import { ADDRESS_TYPES, addressOf } from './address-mirrors.js';
import { mapping } from './imported.js';
import type { MasterRecord } from './master-file.js';
import { asMirrorName } from './mirror-names.js';

export interface GeoipService {
  /** Absolute, lower case, no trailing dot. */
  readonly owner: string;
  readonly line: number;
  /** The names that are looked up, by network or `default`. The first one that exists counts. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

export interface ServicePool {
  readonly pool: YamlEntry;
  readonly order: YamlEntry;
  readonly mirrors: readonly YamlEntry[];
  /** What the operator must decide. */
  readonly decisions: readonly string[];
}

/** The parts of a client's place that a template may contain, and their patterns. */
const PARTS: Readonly<Record<string, string>> = {
  '%cn': '(?<continent>[a-z]{2})',
  '%cc': '(?<country>[a-z]{2})',
  '%re': '(?<region>[a-z0-9]{1,3})',
};
const MOST_ANSWERS = 8;

type By = 'default' | 'continents' | 'countries' | 'subdivisions' | 'networks';

/** The pool of a service, called `key` in its zone, as its order is. `named` has the existing mirrors by address, and gets the new ones. */
export function servicePool(
  key: string,
  { names }: GeoipService,
  records: readonly MasterRecord[],
  named: Map<string, string>,
): ServicePool {
  const decisions: string[] = [];
  const mirrors: YamlEntry[] = [];
  const lists: Record<By, Map<string, YamlValue>> = {
    default: new Map(),
    continents: new Map(),
    countries: new Map(),
    subdivisions: new Map(),
    networks: new Map(),
  };
  const members = new Set<string>();
  let most = 1;
  const hosts = new Map<string, readonly MasterRecord[]>();
  for (const record of records)
    if (ADDRESS_TYPES.includes(record.type))
      hosts.set(record.owner, [...(hosts.get(record.owner) ?? []), record]);

  function mirrorsAt(owner: string): readonly string[] {
    const own = hosts.get(owner) ?? [];
    most = Math.max(
      most,
      ...ADDRESS_TYPES.map((type) => own.filter((record) => record.type === type).length),
    );
    return own.map((record, i) => {
      const text = addressOf(record);
      const name =
        named.get(text) ?? freeName(`${owner.split('.')[0] ?? ''}${own.length > 1 ? `-${i + 1}` : ''}`);
      if (!named.has(text)) mirrors.push({ key: name, value: mapping({ addresses: [text] }) });
      named.set(text, name);
      members.add(name);
      return name;
    });
  }

  function freeName(wanted: string): string {
    const taken = new Set(named.values());
    const name = asMirrorName(wanted);
    for (let i = 1; ; i++) {
      const made = i === 1 ? name : `${name}-${i}`;
      if (!taken.has(made)) return made;
    }
  }

  function add(by: By, code: string, owner: string): void {
    if (lists[by].has(code)) return;
    const [only, ...more] = mirrorsAt(owner);
    if (only !== undefined) lists[by].set(code, [more.length === 0 ? only : [only, ...more]]);
  }

  for (const [network, templates] of names) {
    for (const template of templates) {
      const pattern = patternOf(template);
      if (pattern === undefined) {
        decisions.push(`${template} holds parts of a place that orders don't have: it was left out`);
        continue;
      }
      for (const owner of hosts.keys()) {
        const found = pattern.exec(owner);
        if (found === null) continue;
        const { by, code } = placeOf(found.groups ?? {});
        if (network === 'default') {
          if (isPlace(by, code)) add(by, code, owner);
        } else if (by !== 'default' || isTextFault(readNetwork(network)))
          decisions.push(`${network} chooses by place too: it was left out`);
        else add('networks', network, owner);
      }
    }
  }
  const sections = Object.entries(lists).flatMap(([by, entries]): YamlEntry[] =>
    by === 'default' || entries.size === 0
      ? []
      : [{ key: by, value: { entries: [...entries].map(([code, value]) => ({ key: code, value })) } }],
  );
  const usual = lists.default.get('');
  if (usual === undefined) decisions.push('clients who are in none of its places get no address');
  return {
    pool: {
      key,
      value: mapping({
        answers: Math.min(most, MOST_ANSWERS),
        mirrors: [...members],
        order: key,
        others: 'never',
        probe: mapping({ type: 'none' }),
      }),
    },
    order: {
      key,
      value: { entries: [...(usual === undefined ? [] : [{ key: 'default', value: usual }]), ...sections] },
    },
    mirrors,
    decisions,
  };
}

/** The names that a template matches. Undefined if it contains anything but continent, country and region. */
function patternOf(template: string): RegExp | undefined {
  const name = template.toLowerCase().replace(/\.$/, '');
  const source = name
    .split(/(%..?)/)
    .map((part) => (part.startsWith('%') ? PARTS[part] : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return source.includes(undefined) ? undefined : new RegExp(`^${source.join('')}$`);
}

function placeOf({ continent, country, region }: Record<string, string | undefined>): {
  by: By;
  code: string;
} {
  if (country !== undefined && region !== undefined)
    return { by: 'subdivisions', code: `${country}-${region}`.toUpperCase() };
  if (country !== undefined) return { by: 'countries', code: country.toUpperCase() };
  if (continent !== undefined) return { by: 'continents', code: continent.toUpperCase() };
  return { by: 'default', code: '' };
}

function isPlace(by: By, code: string): boolean {
  if (by === 'countries') return COUNTRY_CODES.has(code);
  if (by === 'continents') return CONTINENTS.some((one) => one === code);
  return by === 'default' || isSubdivision(code);
}
