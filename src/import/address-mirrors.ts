/**
 * Mirrors from bare addresses. Which addresses are of one host only names can tell: a word in a comment, or another name in the
 * file that has the address for itself; else each is a mirror, m1 and so on.
 */
import type { YamlEntry } from '../zone/write-yaml.js';
import { mapping } from './imported.js';
import type { MasterRecord } from './master-file.js';
import { asMirrorName } from './mirror-names.js';

export interface AddressMirrors {
  readonly mirrors: readonly YamlEntry[];
  /** The mirror that the address of a record is of. */
  readonly nameOf: (record: MasterRecord) => string;
}

/** Mirrors of all addresses in `addressed`, in that order; names come from them and from `all`. */
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

/** The comment beside it, where it is a word that can be a name. */
function wordOf({ beside }: MasterRecord): string | undefined {
  return beside !== undefined && asMirrorName(beside) === beside ? beside : undefined;
}

/** The first label of a name that has this address and no second one. */
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
