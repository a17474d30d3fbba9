/**
 * The clients that a set of mirrors has no address for, by the rules of all these mirrors together.
 */
import { COUNTRY_CODES } from '../../platform/countries.js';
import { FAMILIES, type Family } from '../../platform/types.js';
import type { ClientRules, Mirror } from '../model.js';

/** What is missing, and for whom, in words. */
export interface Lack {
  readonly address: 'address' | 'IPv4 address' | 'IPv6 address';
  readonly clients: string;
}

/** Which addresses some clients lack, over both families. Empty if one of the mirrors admits all clients. */
export function whoLacks(mirrors: readonly Mirror[]): readonly Lack[] {
  const [four, six] = FAMILIES.map((family) => whoIsLeft(mirrors, family));
  const lack = (address: Lack['address'], clients: string | undefined): readonly Lack[] =>
    clients === undefined ? [] : [{ address, clients }];
  return four === six ? lack('address', four) : [...lack('IPv4 address', four), ...lack('IPv6 address', six)];
}

/** The addresses of a host name are not known here. */
export function mayHave({ hostname, addresses }: Mirror, family: Family): boolean {
  return hostname !== undefined || addresses.some((address) => address.family === family);
}

/** The clients that no mirror with addresses of the family admits, in words. Undefined if there are none. */
function whoIsLeft(mirrors: readonly Mirror[], family: Family): string | undefined {
  const seated = mirrors.filter((mirror) => mirror.weight > 0 && mayHave(mirror, family));
  if (seated.length === 0) return undefined;
  const rules = seated
    .map(({ admits }) => admits)
    .filter(({ onlyNetworks, onlyAsn }) => onlyNetworks === undefined && onlyAsn === undefined);
  if (rules.length === 0) return 'clients in none of the "only_networks" and "only_asn" of its mirrors';
  if (rules.every(({ onlyCountries }) => onlyCountries !== undefined)) {
    // Clients whose country is unknown are left out too.
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

/** The items that all of the lists have. */
function inAll<T>([first = [], ...others]: readonly (readonly T[])[]): readonly T[] {
  return first.filter((item) => others.every((list) => list.includes(item)));
}

export function admitsCountry({ onlyCountries, exceptCountries }: ClientRules, code: string): boolean {
  return (onlyCountries?.includes(code) ?? true) && !(exceptCountries?.includes(code) ?? false);
}
