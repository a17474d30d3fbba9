/**
 * Sources that no datagram is answered to, whatever it says. An attacker who forges one wants the answer to go there: to all
 * hosts of a network, or back to this server, which would talk to itself. No honest client sends from there. The other half
 * of this is that a message which is itself a response is never answered (wire/query.ts): two servers can't be made to
 * answer each other.
 */
import { networkInterfaces } from 'node:os';
import { parseAddress } from '../ip/address.js';
import { type Endpoint, expandWildcards } from './endpoint.js';

export interface SourceGuard {
  /** Where this server listens. */
  readonly own: readonly { readonly port: number; readonly bytes: Uint8Array }[];
  /** The broadcast addresses of this host's networks, as numbers. */
  readonly broadcasts: readonly number[];
}

/** A network that this host is on. */
export interface HostNetwork {
  readonly address: string;
  readonly netmask: string;
}

/** Returns a guard for a server on these endpoints of a host in these networks. */
export function newSourceGuard(
  endpoints: readonly Endpoint[],
  networks: readonly HostNetwork[] = hostNetworks(),
): SourceGuard {
  const own = expandWildcards(endpoints).flatMap(({ host, port }) => {
    const bytes = parseAddress(host)?.bytes;
    return bytes === undefined ? [] : [{ port, bytes }];
  });
  const broadcasts = networks.flatMap(({ address, netmask }) => {
    const host = word(address);
    const mask = word(netmask);
    // A network of one or two hosts has no broadcast address (RFC 3021).
    if (host === undefined || mask === undefined || mask >= 0xfffffffe) return [];
    return [(host | ~mask) >>> 0];
  });
  return { own, broadcasts: [...new Set(broadcasts)] };
}

/** Whether nothing may be sent to a source, given as the address of 4 or 16 octets at `at` and the port. */
export function isUnanswerableSource(
  { own, broadcasts }: SourceGuard,
  bytes: Uint8Array,
  at: number,
  ipv6: boolean,
  port: number,
): boolean {
  // RFC 768: a sender with port 0 wants no reply.
  if (port === 0) return true;
  const first = bytes[at] ?? 0;
  if (ipv6) {
    // Multicast and the unspecified address (RFC 4291 §2.5.2, §2.7): "must not be used as source addresses".
    if (first === 0xff || (first === 0 && isZero(bytes, at, 16))) return true;
  } else {
    // RFC 1122 §3.2.1.3: 0.0.0.0/8 can't be replied to; multicast and the limited broadcast are no sources either.
    if (first === 0 || (first >= 224 && first < 240)) return true;
    if (broadcasts.length > 0 || first === 255) {
      const address = wordAt(bytes, at);
      if (address === 0xffffffff) return true;
      for (let i = 0; i < broadcasts.length; i++) if (broadcasts[i] === address) return true;
    }
  }
  for (let i = 0; i < own.length; i++) {
    const endpoint = own[i];
    if (endpoint?.port === port && isAt(endpoint.bytes, bytes, at, ipv6)) return true;
  }
  return false;
}

function hostNetworks(): HostNetwork[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family }) => family === 'IPv4');
}

/** Whether an address equals the one at `at`. */
function isAt(address: Uint8Array, bytes: Uint8Array, at: number, ipv6: boolean): boolean {
  if (address.length !== (ipv6 ? 16 : 4)) return false;
  for (let i = 0; i < address.length; i++) if (bytes[at + i] !== address[i]) return false;
  return true;
}

function isZero(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** An IPv4 address as a number; undefined for anything else. */
function word(text: string): number | undefined {
  const address = parseAddress(text);
  return address?.family === 'ipv4' ? wordAt(address.bytes, 0) : undefined;
}

function wordAt(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return ((high << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}
