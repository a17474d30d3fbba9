/**
 * Mirrors from bare addresses. Only names can tell which addresses belong to one host: a word in a comment, or another
 * name in the file with that address. Otherwise each address is a mirror, m1 and so on.
 */
import type { YamlEntry } from '../zone/write-yaml.js';
import { mapping } from './imported.js';
import type { MasterRecord } from './master-file.js';
import { asMirrorName } from './mirror-names.js';

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
  const names = new Map<string, string>();
  const mirrors = new Map<string, { addresses: string[]; comments: string[] }>();
  for (const record of addressed) {
    const address = addressOf(record);
    const before = names.get(address);
    const name = before ?? wordOf(record) ?? hostOf(address, addressed, all) ?? nextOf(mirrors);
    names.set(address, name);
    const mirror = mirrors.get(name) ?? { addresses: [], comments: [] };
    mirrors.set(name, mirror);
    if (before === undefined) mirror.addresses.push(address);
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

function addressOf({ data: [address] }: MasterRecord): string {
  return address?.text.toLowerCase() ?? '';
}

/** The comment beside it, if it is a single word that can be a name. */
function wordOf({ beside }: MasterRecord): string | undefined {
  return beside !== undefined && asMirrorName(beside) === beside ? beside : undefined;
}

/** The first label of a name outside `addressed` that has this address. */
function hostOf(
  address: string,
  addressed: readonly MasterRecord[],
  all: readonly MasterRecord[],
): string | undefined {
  const host = all.find(
    (record) =>
      ['A', 'AAAA'].includes(record.type) && !addressed.includes(record) && addressOf(record) === address,
  );
  return host === undefined ? undefined : asMirrorName(host.owner.split('.')[0] ?? '');
}

function nextOf(mirrors: ReadonlyMap<string, unknown>): string {
  for (let i = mirrors.size + 1; ; i++) if (!mirrors.has(`m${i}`)) return `m${i}`;
}
