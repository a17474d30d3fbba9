/**
 * Mirrors from bare addresses. Only names can tell which addresses belong to one host: a word in a comment, or another
 * name in the file with that address. Otherwise each address is a mirror, m1 and so on.
 */
import { parseAddress } from '../ip/address.js';
import type { YamlEntry } from '../zone/write-yaml.js';
import { mapping } from './imported.js';
import type { MasterRecord } from './master-file.js';
import { asMirrorName, newMirrorNames } from './mirror-names.js';

export interface AddressMirrors {
  readonly mirrors: readonly YamlEntry[];
  /** The mirror with the address of a record. */
  readonly nameOf: (record: MasterRecord) => string;
}

/** Mirrors for all addresses in `addressed`, in that order. Their names come from these records and from `all`. */
export function addressMirrors(
  addressed: readonly MasterRecord[],
  all: readonly MasterRecord[],
): AddressMirrors {
  const names = knownNames(addressed, all);
  const taken = new Set(names.values());
  const mirrors = new Map<string, { addresses: string[]; comments: string[] }>();
  for (const record of addressed) {
    const address = addressOf(record);
    const name = names.get(address) ?? nextOf(mirrors.size + 1, taken);
    names.set(address, name);
    taken.add(name);
    const mirror = mirrors.get(name) ?? { addresses: [], comments: [] };
    mirrors.set(name, mirror);
    if (!mirror.addresses.includes(address)) mirror.addresses.push(address);
    if (record.beside !== undefined && asMirrorName(record.beside) !== record.beside)
      mirror.comments.push(record.beside);
  }
  return {
    mirrors: [...mirrors].map(([key, { addresses, comments }]) => ({
      key,
      value: mapping({ addresses }),
      ...(comments.length > 0 && { beside: [...new Set(comments)].join(', ') }),
    })),
    nameOf: (record) => names.get(addressOf(record)) ?? '',
  };
}

/** The types of records that hold an address. */
export const ADDRESS_TYPES: readonly string[] = ['A', 'AAAA'];

/** In one spelling: IPv6 addresses have several. */
export function addressOf({ data: [address] }: MasterRecord): string {
  const text = address?.text.toLowerCase() ?? '';
  return parseAddress(text)?.text ?? text;
}

/** The comment beside it, if it is a single word that can be a name. */
function wordOf({ beside }: MasterRecord): string | undefined {
  return beside !== undefined && asMirrorName(beside) === beside ? beside : undefined;
}

/** Names by address, from words and hosts. Of hosts with the same first label, all but the first get a number. */
function knownNames(addressed: readonly MasterRecord[], all: readonly MasterRecord[]): Map<string, string> {
  const names = new Map<string, string>();
  const hosts = new Map<string, string>();
  const unique = newMirrorNames();
  for (const record of addressed) {
    const address = addressOf(record);
    if (names.has(address)) continue;
    const word = wordOf(record);
    const host = word === undefined ? hostOf(address, addressed, all) : undefined;
    if (host !== undefined && !hosts.has(host)) hosts.set(host, unique.take(host.split('.')[0] ?? ''));
    const name = word ?? hosts.get(host ?? '');
    if (name !== undefined) names.set(address, name);
  }
  return names;
}

/** A name outside `addressed` that has this address. */
function hostOf(
  address: string,
  addressed: readonly MasterRecord[],
  all: readonly MasterRecord[],
): string | undefined {
  return all.find(
    (record) =>
      ADDRESS_TYPES.includes(record.type) && addressOf(record) === address && !addressed.includes(record),
  )?.owner;
}

function nextOf(first: number, taken: ReadonlySet<string>): string {
  for (let i = first; ; i++) if (!taken.has(`m${i}`)) return `m${i}`;
}
