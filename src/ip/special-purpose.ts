/**
 * Blocks of addresses that mean nothing on the Internet at large, or something different in each network (RFC 6890): those
 * of IANA's special-purpose registries that are not globally reachable, and multicast. Names that others control must not
 * lead there unless that is admitted, and no client is located by such an address.
 */
import { type Address, addressFromBytes, embeddedIPv4 } from './address.js';
import { contains, type Prefix, parsePrefix } from './prefix.js';
import { treeOfPrefixes } from './prefix-tree.js';

export type SpecialKind =
  | 'benchmarking'
  | 'documentation'
  | 'link-local'
  | 'loopback'
  | 'multicast'
  | 'private'
  | 'protocol'
  | 'reserved'
  | 'shared'
  | 'unspecified';

export interface SpecialBlock {
  readonly prefix: Prefix;
  readonly kind: SpecialKind;
}

/** https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-, as of 2025; no two overlap. */
const KINDS: readonly (readonly [kind: SpecialKind, ...networks: string[]])[] = [
  ['benchmarking', '198.18.0.0/15'],
  ['documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
  ['link-local', '169.254.0.0/16', 'fe80::/10'],
  ['loopback', '127.0.0.0/8', '::1/128'],
  ['multicast', '224.0.0.0/4', 'ff00::/8'],
  // fec0::/10 had the role of fc00::/7 before that (RFC 3879).
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10'],
  // The few reachable addresses in these are neither mirrors nor clients: Teredo, ORCHID, anycast of relays.
  ['protocol', '192.0.0.0/24', '192.88.99.0/24', '64:ff9b:1::/48', '100::/63', '2001::/23', '5f00::/16'],
  ['reserved', '240.0.0.0/4'],
  ['shared', '100.64.0.0/10'],
  ['unspecified', '0.0.0.0/8', '::/128'],
];

const BLOCKS: readonly SpecialBlock[] = KINDS.flatMap(([kind, ...networks]) =>
  networks.flatMap((network) => {
    const prefix = parsePrefix(network);
    return 'fault' in prefix ? [] : { kind, prefix };
  }),
);

/** The blocks as a tree: a leaf other than 0 is inside one. Addresses behind a translator are not covered. */
export const { tree: SPECIAL_PURPOSE } = treeOfPrefixes(BLOCKS.map(({ prefix }, id) => ({ prefix, id })));

/** The block that an address is in; if it stands for an IPv4 address, the block of that. */
export function specialBlockOf(address: Address): SpecialBlock | undefined {
  const meant = meantBy(address);
  return BLOCKS.find(({ prefix }) => contains(prefix, meant));
}

/** Which special-purpose addresses are allowed as targets nevertheless. */
export interface Admitted {
  /** All addresses of the kinds that these belong to. */
  readonly like: readonly Address[];
  /** All addresses in these networks. */
  readonly networks: readonly Prefix[];
}

/** The kind of a special-purpose address that is not admitted; undefined for every other address. */
export function strayKind(address: Address, { like, networks }: Admitted): SpecialKind | undefined {
  const kind = specialBlockOf(address)?.kind;
  if (kind === undefined || like.some((one) => specialBlockOf(one)?.kind === kind)) return undefined;
  const meant = meantBy(address);
  return networks.some((network) => contains(network, meant)) ? undefined : kind;
}

/** The IPv4 address that it stands for, also behind a translator with the well-known prefix 64:ff9b::/96 (RFC 6052 §2.1). */
function meantBy(address: Address): Address {
  const { bytes } = address;
  const translated = bytes.length === 16 && TRANSLATED.every((byte, i) => bytes[i] === byte);
  return translated ? addressFromBytes(bytes.subarray(12)) : embeddedIPv4(address);
}

const TRANSLATED = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
