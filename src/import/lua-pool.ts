/**
 * Makes a pool, its mirrors and its order from the Lua records of one name.
 */
import { isDeepStrictEqual } from 'node:util';
import type { YamlEntry, YamlValue } from '../zone/write-yaml.js';
import { mapping } from './imported.js';
import { type LuaBranch, readLua } from './lua.js';
import { type LuaAnswer, type LuaClients, luaAnswer, luaClients } from './lua-answer.js';

const MOST_ANSWERS = 8;
/** With this near_km, in kilometres, distance does not count. */
const NO_GEOGRAPHY = 20_000;

/** One rule of a Lua record, for A or AAAA. */
export interface LuaRule {
  readonly clients: LuaClients;
  readonly answer: LuaAnswer;
}

export interface LuaPool {
  readonly pool: YamlEntry;
  readonly order?: YamlEntry;
  readonly mirrors: readonly YamlEntry[];
  /** What the operator must decide. */
  readonly decisions: readonly string[];
}

/** The rules in the code of a record. Undefined if it is free code. */
export function luaRules(code: string): readonly LuaRule[] | undefined {
  const rules = readLua(code)?.map((branch: LuaBranch) => {
    const [clients, answer] = [luaClients(branch), luaAnswer(branch.value)];
    return clients && answer && { clients, answer };
  });
  const known = rules?.filter((rule) => rule !== undefined);
  return known?.length === rules?.length ? known : undefined;
}

/**
 * The pool that the rules of all records of a name make. `name` is its owner name, relative to the zone. `named` has the
 * existing mirrors by address, and `weights` their weights; both get the new ones.
 */
export function luaPool(
  name: string,
  byRecord: readonly (readonly LuaRule[])[],
  named: Map<string, string>,
  weights: Map<string, number>,
): LuaPool {
  const decisions: string[] = [];
  const rules = byRecord.flat();
  const mirrors = newMirrors(rules, named, decisions);
  for (const { addresses, weight = 1 } of mirrors)
    for (const address of addresses) weights.set(address, weight);
  const members = rules.flatMap(({ answer }) =>
    answer.tiers.flat().flatMap(({ address }) => named.get(address) ?? []),
  );
  const [first] = rules;
  const choice = first?.answer.choice ?? 'all';
  const differing = rules.some(
    ({ answer }) => answer.choice !== choice || !isDeepStrictEqual(answer.probe, first?.answer.probe),
  );
  if (differing) decisions.push('its parts choose or probe in different ways: all do now as the first does');
  const weighed = rules
    .filter(({ answer }) => answer.choice === 'random' || answer.choice === 'hash')
    .flatMap(({ answer }) => answer.tiers.flat())
    .filter(({ address, weight = 1 }) => weights.get(address) !== weight);
  if (weighed.length > 0) {
    const addresses = [...new Set(weighed.map(({ address }) => address))].join(', ');
    decisions.push(
      `${addresses}: it gave other weights, and a mirror has one: write mirrors for this pool alone`,
    );
  }
  if (choice === 'hash')
    decisions.push('it gave a client the same mirror each time: now each answer is drawn separately');
  const left = [...new Set(rules.flatMap(({ answer }) => answer.left))];
  const most = Math.max(...rules.flatMap(({ answer }) => answer.tiers.map((tier) => tier.length)));
  const probe = first?.answer.probe;
  const ordered = rules.some(
    ({ clients, answer }) =>
      answer.tiers.length > 1 || clients.countries.length + clients.continents.length > 0,
  );
  return {
    pool: {
      key: name,
      above: left.length === 0 ? [] : [`left out: ${left.join(', ')}`],
      value: mapping({
        answers: choice === 'all' ? Math.min(most, MOST_ANSWERS) : 1,
        near_km: choice === 'closest' ? 0 : NO_GEOGRAPHY,
        ...(probe !== undefined && { panic_threshold: 0 }),
        mirrors: [...new Set(members)],
        ...(ordered && { order: name, others: 'never' }),
        probe: probe ?? mapping({ type: 'none' }),
      }),
    },
    ...(ordered && { order: { key: name, value: mapping(orderOf(byRecord, named, decisions)) } }),
    mirrors: mirrors.map(({ name: key, addresses, weight }) => ({
      key,
      value: mapping({ addresses, weight }),
    })),
    decisions,
  };
}

interface PoolMirror {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly weight?: number;
}

/** Mirrors from all addresses, in order. Equally many addresses of both families are taken as pairs. */
function newMirrors(
  rules: readonly LuaRule[],
  named: Map<string, string>,
  decisions: string[],
): readonly PoolMirror[] {
  const all = rules.flatMap(({ answer }) => answer.tiers.flat()).filter(({ address }) => !named.has(address));
  const unique = [...new Map(all.map((one) => [one.address, one])).values()];
  const four = unique.filter(({ address }) => !address.includes(':'));
  const six = unique.filter(({ address }) => address.includes(':'));
  const paired = four.length === six.length && four.length > 0;
  if (paired)
    decisions.push(
      'addresses of both families were paired in their order: see that each pair is of one mirror',
    );
  const groups = paired
    ? four.map((one, i) => [one, ...six.slice(i, i + 1)])
    : [...four, ...six].map((one) => [one]);
  let count = new Set(named.values()).size;
  return groups.map((group) => {
    const name = `m${++count}`;
    for (const { address } of group) named.set(address, name);
    const weight = group.find((one) => one.weight !== undefined)?.weight;
    return { name, addresses: group.map(({ address }) => address), ...(weight !== undefined && { weight }) };
  });
}

type Lists = Record<'default' | 'continents' | 'countries', YamlValue | undefined>;

/** Lists by their clients. A client with a rule of its own in only one record gets the default of the others. */
function orderOf(
  byRecord: readonly (readonly LuaRule[])[],
  named: ReadonlyMap<string, string>,
  decisions: string[],
): Lists {
  const tiersFor = (rules: readonly LuaRule[], isMeant: (clients: LuaClients) => boolean) =>
    (rules.find(({ clients }) => isMeant(clients)) ?? rules.find(({ clients }) => isDefault(clients)))?.answer
      .tiers ?? [];
  const listFor = (isMeant: (clients: LuaClients) => boolean): YamlValue => {
    const records = byRecord.map((rules) => tiersFor(rules, isMeant));
    const count = Math.max(...records.map((tiers) => tiers.length));
    return Array.from({ length: count }, (_, i): YamlValue => {
      const names = records.flatMap((tiers) =>
        (tiers[i] ?? []).flatMap(({ address }) => named.get(address) ?? []),
      );
      const [only, ...more] = new Set(names);
      return more.length === 0 ? (only ?? '') : [only ?? '', ...more];
    });
  };
  const codes = (of: 'countries' | 'continents'): YamlValue | undefined => {
    const all = [...new Set(byRecord.flat().flatMap(({ clients }) => clients[of]))];
    return all.length === 0
      ? undefined
      : {
          entries: all.map((code) => ({
            key: code,
            value: listFor((clients) => clients[of].includes(code)),
          })),
        };
  };
  const open = byRecord.flat().some(({ clients }) => isDefault(clients));
  if (!open) decisions.push('clients for whom no branch is get no address');
  return {
    default: open ? listFor(isDefault) : undefined,
    continents: codes('continents'),
    countries: codes('countries'),
  };
}

function isDefault({ countries, continents }: LuaClients): boolean {
  return countries.length + continents.length === 0;
}
