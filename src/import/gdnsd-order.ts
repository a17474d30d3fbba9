/**
 * A map of gdnsd's geoip plugin as an order: its lists of data centres by continent, country, subdivision and network. In
 * geopool the database decides which continent a country is on, wherever the map has it.
 */
import { CONTINENTS } from '../platform/continents.js';
import { COUNTRY_CODES, isSubdivision } from '../platform/countries.js';
import { readNetwork } from '../zone/addresses.js';
import { isTextFault } from '../zone/text-fault.js';
import { isFinerThanTold } from '../zone/warnings/slips.js';
import type { YamlEntry, YamlMapping, YamlValue } from '../zone/write-yaml.js';
import { childIn, textsOf, type Vscf, type VscfEntry } from './vscf.js';

/** The entries of an order for a list of data centres. Empty if none of them has a mirror. */
export type ListOf = (centres: readonly string[]) => readonly YamlValue[];

/** Records a decision for the operator about a line. */
export type Decide = (at: { readonly file: string; readonly line: number }, message: string) => void;

const DEFAULT = 'default';
/** In a map: choose by distance. */
const AUTO = 'auto';

/** The order of a map, and whether the map leaves all other clients to distance. */
export function gdnsdOrder(
  map: Vscf,
  listOf: ListOf,
  decide: Decide,
): { readonly order: YamlMapping; readonly auto: boolean } {
  const lists: Record<'continents' | 'countries' | 'subdivisions' | 'networks', YamlEntry[]> = {
    continents: [],
    countries: [],
    subdivisions: [],
    networks: [],
  };
  /** Comments of entries that have no equivalent, kept for the next entry of a list. */
  const waiting = new Map<YamlEntry[], readonly string[]>();
  const take = (list: YamlEntry[]): readonly string[] => {
    const taken = waiting.get(list) ?? [];
    waiting.delete(list);
    return taken;
  };
  const wait = (list: YamlEntry[], ...comments: readonly string[]): void => {
    waiting.set(list, [...take(list), ...comments]);
  };

  function add(to: YamlEntry[], key: string, entry: VscfEntry): void {
    const centres = textsOf(entry.value);
    const value = centres === undefined ? [] : listOf(centres);
    if (centres?.join() === AUTO) wait(to, ...commentsOf(entry));
    else if (value.length > 0) {
      const above = [...take(to), ...entry.above];
      to.push({ key, value, above, ...(entry.beside !== undefined && { beside: entry.beside }) });
    } else {
      wait(to, ...commentsOf(entry), `${key}: [${centres?.join(', ') ?? ''}]`);
      decide(entry, `nobody is left in the list of ${key}: its clients get what others get`);
    }
  }

  function leave(from: YamlEntry[], entry: VscfEntry, why: string): void {
    const beside = entry.beside === undefined ? '' : ` # ${entry.beside}`;
    wait(from, ...entry.above, `${entry.key}: [${textsOf(entry.value)?.join(', ') ?? '...'}]${beside}`);
    decide(entry, `${entry.key} stands in a comment only: ${why}`);
  }

  /** Adds the list of a whole place: its own, or its default, which covers the parts that it does not name. */
  function addWhole(to: YamlEntry[], entry: VscfEntry): void {
    const inner =
      entry.value.kind === 'hash' ? entry.value.entries.find(({ key }) => key === DEFAULT) : entry;
    if (inner === undefined) wait(to, ...commentsOf(entry));
    else if (inner === entry) add(to, entry.key, entry);
    else {
      const beside = [entry.beside, inner.beside].filter((one) => one !== undefined).join('; ');
      const above = [...entry.above, ...inner.above];
      add(to, entry.key, { ...entry, value: inner.value, above, ...(beside !== '' && { beside }) });
    }
  }

  function places({ value }: VscfEntry): readonly VscfEntry[] {
    return value.kind === 'hash' ? value.entries.filter(({ key }) => key !== DEFAULT) : [];
  }

  const world = childIn(map, 'map');
  const stated = world?.kind === 'hash' ? world.entries : [];
  const top = stated.find(({ key }) => key === DEFAULT);
  const seen = new Set<string>();
  for (const continent of stated) {
    if (continent.key === DEFAULT) continue;
    if (!CONTINENTS.some((code) => code === continent.key)) {
      leave(lists.continents, continent, 'it is not the code of a continent');
      continue;
    }
    addWhole(lists.continents, continent);
    for (const country of places(continent)) {
      const fault = !COUNTRY_CODES.has(country.key)
        ? 'it is not the code of a country'
        : seen.has(country.key)
          ? 'the country is on another continent too'
          : undefined;
      if (fault !== undefined) {
        leave(lists.countries, country, fault);
        continue;
      }
      seen.add(country.key);
      addWhole(lists.countries, country);
      for (const part of places(country)) {
        const code = `${country.key}-${part.key}`;
        if (part.value.kind !== 'hash' && isSubdivision(code)) add(lists.subdivisions, code, part);
        else leave(lists.subdivisions, part, 'orders go down to states and provinces, by their codes');
      }
    }
  }
  const nets = childIn(map, 'nets');
  for (const net of nets?.kind === 'hash' ? nets.entries : []) {
    const network = readNetwork(net.key);
    if (isTextFault(network)) leave(lists.networks, net, network.fault);
    else if (isFinerThanTold(network))
      leave(lists.networks, net, 'resolvers tell no more of their clients than a larger network');
    else add(lists.networks, net.key, net);
  }

  const coordinates = childIn(map, 'auto_dc_coords') !== undefined;
  const centres = textsOf(top?.value ?? childIn(map, 'datacenters')) ?? [];
  const auto = centres.join() === AUTO || (top === undefined && coordinates);
  const entries: YamlEntry[] = auto
    ? []
    : [
        {
          key: DEFAULT,
          value: listOf(centres),
          above: top?.above ?? [],
          ...(top?.beside !== undefined && { beside: top.beside }),
        },
      ];
  for (const [key, list] of Object.entries(lists))
    if (list.length > 0) entries.push({ key, value: { entries: list, below: take(list) } });
  return { order: { entries, below: [...waiting.values()].flat() }, auto };
}

function commentsOf({ above, beside }: VscfEntry): readonly string[] {
  return beside === undefined ? above : [...above, beside];
}
