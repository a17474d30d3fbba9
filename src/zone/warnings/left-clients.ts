/**
 * The clients that a set of mirrors has no address for, by the rules of all of them together.
 */
import { COUNTRY_CODES } from '../../platform/countries.js';
import { FAMILIES, type Family } from '../../platform/types.js';
import type { ClientRules, Mirror } from '../model.js';

/** What is missing, and for whom, in words. */
export interface Lack {
  readonly address: 'address' | 'IPv4 address' | 'IPv6 address';
  readonly clients: string;
}

/** What of both families some clients lack; none for mirrors of which one admits everybody. */
export function whoLacks(mirrors: readonly Mirror[]): readonly Lack[] {
  const [four, six] = FAMILIES.map((family) => whoIsLeft(mirrors, family));
  const lack = (address: Lack['address'], clients: string | undefined): readonly Lack[] =>
    clients === undefined ? [] : [{ address, clients }];
  return four === six ? lack('address', four) : [...lack('IPv4 address', four), ...lack('IPv6 address', six)];
}

/** Where a name leads is not known here. */
export function mayHave({ hostname, addresses }: Mirror, family: Family): boolean {
  return hostname !== undefined || addresses.some((address) => address.family === family);
}

/** The clients that none of the mirrors with addresses of the family admits, in words; undefined for none. */
function whoIsLeft(mirrors: readonly Mirror[], family: Family): string | undefined {
  const seated = mirrors.filter((mirror) => mirror.weight > 0 && mayHave(mirror, family));
  if (seated.length === 0) return undefined;
  const rules = seated
    .map(({ admits }) => admits)
    .filter(({ onlyNetworks, onlyAsn }) => onlyNetworks === undefined && onlyAsn === undefined);
  if (rules.length === 0) return 'clients in none of the "only_networks" and "only_asn" of its mirrors';
  if (rules.every(({ onlyCountries }) => onlyCountries !== undefined)) {
    // Clients whose country nobody knows are left too.
    const listed = new Set(rules.flatMap(({ onlyCountries = [] }) => onlyCountries));
    return `clients that are not known to be in ${[...listed].sort().join(', ')}`;
  }
  const left = [
    ...[...COUNTRY_CODES].filter((code) => !rules.some((rule) => admitsCountry(rule, code))),
    ...inAll(rules.map(({ exceptAsn = [] }) => exceptAsn)).map((asn) => `AS${asn}`),
    ...inAll(rules.map(({ exceptNetworks = [] }) => exceptNetworks.map(({ text }) => text))),
  ];
  return left.length === 0 ? undefined : `clients in ${left.join(', ')}`;
}

/** What is in each of the lists. */
function inAll<T>([first = [], ...others]: readonly (readonly T[])[]): readonly T[] {
  return first.filter((item) => others.every((list) => list.includes(item)));
}

export function admitsCountry({ onlyCountries, exceptCountries }: ClientRules, code: string): boolean {
  return (onlyCountries?.includes(code) ?? true) && !(exceptCountries?.includes(code) ?? false);
}
