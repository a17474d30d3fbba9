/**
 * What PowerDNS' functions for Lua records answer: the addresses and their weights, how they are chosen, and how they are
 * checked before.
 */
import { parseAddress } from '../ip/address.js';
import type { YamlMapping, YamlValue } from '../zone/write-yaml.js';
import { mapping } from './imported.js';
import type { Lua, LuaBranch } from './lua.js';
import { readUrl } from './mirror-urls.js';

export interface WeightedAddress {
  readonly address: string;
  readonly weight?: number;
}

/** How one of several addresses is chosen. `hash`: the same one each time for a client. */
export type LuaChoice = 'closest' | 'random' | 'hash' | 'all';

export interface LuaAnswer {
  /** The first tier with an address that is up is answered. */
  readonly tiers: readonly (readonly WeightedAddress[])[];
  readonly choice: LuaChoice;
  readonly probe?: YamlMapping;
  /** What has no equivalent in a zone file, as it was written. */
  readonly left: readonly string[];
}

/** The clients that a branch is for. All others if both lists are empty. */
export interface LuaClients {
  readonly countries: readonly string[];
  readonly continents: readonly string[];
}

const PICKS: Readonly<Record<string, LuaChoice>> = {
  pickclosest: 'closest',
  pickrandom: 'random',
  pickhashed: 'hash',
  pickwrandom: 'random',
  pickwhashed: 'hash',
  all: 'all',
};
const SELECTORS: Readonly<Record<string, LuaChoice>> = {
  pickclosest: 'closest',
  random: 'random',
  hashed: 'hash',
  all: 'all',
};

/** The answer of an expression. Undefined if it is not a known form. */
export function luaAnswer(value: Lua): LuaAnswer | undefined {
  if (value.kind === 'text' || value.kind === 'table') {
    const tiers = tiersOf(value);
    return tiers && { tiers, choice: 'all', left: [] };
  }
  if (value.kind !== 'call') return undefined;
  const [first, second, options] = value.args;
  const choice = PICKS[value.name];
  if (choice !== undefined) {
    if (first === undefined) return undefined;
    const inner = luaAnswer(first);
    return inner && { ...inner, choice };
  }
  if (second === undefined || first === undefined) return undefined;
  const tiers = tiersOf(second);
  const probe =
    value.name === 'ifportup' ? portProbe(first) : value.name === 'ifurlup' ? urlProbe(first) : undefined;
  return tiers && probe && checked(tiers, probe, options);
}

/** The clients of a branch. Undefined if its condition is not a known form. */
export function luaClients({ when }: LuaBranch): LuaClients | undefined {
  const countries: string[] = [];
  const continents: string[] = [];
  for (const condition of when) {
    if (condition.kind !== 'call') return undefined;
    const codes = condition.args.flatMap((arg) => textsIn(arg)).map((code) => code.toUpperCase());
    if (condition.name === 'country') countries.push(...codes);
    else if (condition.name === 'continent') continents.push(...codes);
    else return undefined;
    if (codes.some((code) => !/^[A-Z]{2}$/.test(code))) return undefined;
  }
  return { countries, continents };
}

function textsIn(value: Lua): readonly string[] {
  if (value.kind === 'text') return [value.text];
  return value.kind === 'table' ? value.items.flatMap(textsIn) : [''];
}

/** `'a'`, `{'a', 'b'}`, `{{1, 'a'}, {2, 'b'}}` with weights, or `{{'a', 'b'}, {'c'}}` as successive tiers. */
function tiersOf(value: Lua): readonly (readonly WeightedAddress[])[] | undefined {
  const items = value.kind === 'table' ? value.items : [value];
  if (items.length === 0) return undefined;
  const plain = items.flatMap(addressOf);
  if (plain.length === items.length) return [plain];
  const inner = items.map((item) => (item.kind === 'table' ? item.items.flatMap(addressOf) : []));
  const whole = items.every(
    (item, i) => item.kind === 'table' && item.items.length > 0 && item.items.length === inner[i]?.length,
  );
  return whole ? inner : undefined;
}

function addressOf(value: Lua): readonly WeightedAddress[] {
  if (value.kind === 'text') {
    // In one spelling: IPv6 addresses have several.
    const address = parseAddress(value.text);
    return address === null ? [] : [{ address: address.text }];
  }
  if (value.kind !== 'table' || value.items.length !== 2) return [];
  const [weight, address] = value.items;
  if (weight?.kind !== 'number' || address === undefined) return [];
  return addressOf(address).map((one) => ({ ...one, weight: weight.number }));
}

function portProbe(port: Lua): Record<string, YamlValue> | undefined {
  return port.kind === 'number' ? { type: 'tcp', port: port.number } : undefined;
}

function urlProbe(value: Lua): Record<string, YamlValue> | undefined {
  const url = value.kind === 'text' ? readUrl(value.text) : undefined;
  if (url === undefined || url.scheme === 'rsync') return undefined;
  const { scheme: type, port, host, path, query = '' } = url;
  return {
    type,
    ...(port !== undefined && { port }),
    ...(parseAddress(host) === null && { host }),
    path: `${path}${query}`,
  };
}

function checked(
  tiers: LuaAnswer['tiers'],
  probe: Record<string, YamlValue>,
  options: Lua | undefined,
): LuaAnswer | undefined {
  let choice: LuaChoice = 'random';
  const left: string[] = [];
  const keys: Record<string, YamlValue> = { ...probe };
  for (const [key, value] of options?.kind === 'table' ? options.keys : []) {
    if (key === 'selector' && value.kind === 'text') {
      const selected = SELECTORS[value.text];
      if (selected === undefined) return undefined;
      choice = selected;
    } else if ((key === 'interval' || key === 'timeout') && value.kind === 'number')
      keys[key] = `${value.number}s`;
    else if (key === 'stringmatch' && value.kind === 'text') keys.contains = value.text;
    else if (key === 'minimumFailures' && value.kind === 'number') keys.fall = value.number;
    else
      left.push(
        `${key}=${value.kind === 'text' ? `'${value.text}'` : value.kind === 'number' ? value.number : '...'}`,
      );
  }
  return { tiers, choice, probe: mapping(keys), left };
}
