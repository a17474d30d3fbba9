/**
 * Addresses and networks as zone files have them. Stricter than `src/ip`: addresses that a server can't have are refused
 * here, and the message for a nearly correct text says what is missing.
 */

import { type Address, isMapped, parseAddress } from '../ip/address.js';
import { type Prefix, parsePrefix } from '../ip/prefix.js';
import { type SpecialKind, specialBlockOf } from '../ip/special-purpose.js';
import type { Family } from '../platform/types.js';
import type { TextFault } from './text-fault.js';

/** Kinds of addresses that no server listens on. */
const NO_SERVER: readonly SpecialKind[] = ['multicast', 'reserved', 'unspecified'];

/** A name with a top-level domain, which no address has, not even a mistyped one. */
const HOST_NAME = /^(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]*\.?$/i;

/** The address of a server, of either family. */
export function readServerAddress(text: string): Address | TextFault {
  const address = parseAddress(text);
  if (address === null) return { fault: `"${text}" is not an IP address${hint(text)}` };
  if (address.family === 'ipv6' && isMapped(address.bytes)) {
    const inner = address.bytes.subarray(12).join('.');
    return { fault: `${address.text} is IPv4 inside IPv6: write ${inner}` };
  }
  const kind = specialBlockOf(address)?.kind;
  if (kind !== undefined && NO_SERVER.includes(kind)) {
    return { fault: `${address.text} can't be the address of a server, expected a unicast address` };
  }
  if (kind === 'link-local' && address.family === 'ipv6') {
    return { fault: `${address.text} is link-local: which link it is on, no other host knows` };
  }
  return address;
}

/** The address of a mirror, which may have a name instead. */
export function readMirrorAddress(text: string): Address | TextFault {
  const address = readServerAddress(text);
  if ('family' in address || !HOST_NAME.test(text)) return address;
  const host = text.toLowerCase().replace(/\.$/, '');
  return { fault: `"${text}" is a host name: write hostname: ${host} in place of "addresses"` };
}

/** The address of a server in one family, as A and AAAA records have it. */
export function readAddressOf(family: Family): (text: string) => Address | TextFault {
  return (text) => {
    const address = readServerAddress(text);
    if (!('family' in address) || address.family === family) return address;
    const [type, other] = family === 'ipv4' ? ['A', 'AAAA'] : ['AAAA', 'A'];
    return {
      fault: `${address.text} is not an ${nameOf(family)} address as ${type} needs: put it under ${other}`,
    };
  };
}

/** 6to4, 2002::/16 (RFC 3056): the next 32 bits are an IPv4 address, by which such a client is located. */
const WHOLE_6TO4 = 48;

/** A network of clients, `198.51.100.0/24`. */
export function readNetwork(text: string): Prefix | TextFault {
  const address = parseAddress(text);
  if (address !== null) {
    return {
      fault: `"${text}" has no length: write ${address.text}/${address.bytes.length * 8} for one address`,
    };
  }
  const prefix = parsePrefix(text);
  if ('fault' in prefix) return { fault: `"${text}": ${prefix.fault}` };
  const [first, second, ...rest] = prefix.bytes;
  if (prefix.family === 'ipv6' && first === 0x20 && second === 0x02 && prefix.length > WHOLE_6TO4) {
    const inner = rest.slice(0, 4).join('.');
    return {
      fault: `"${text}" matches no client: one in 6to4 counts as its IPv4 address; write ${inner}/32`,
    };
  }
  return prefix;
}

function hint(text: string): string {
  const [address = '', rest] = text.split('/', 2);
  if (rest !== undefined && parseAddress(address) !== null) return `: write ${address}, without the length`;
  const [, host = ''] = /^\[?(.*?)\]?:\d+$/.exec(text) ?? [];
  if (parseAddress(host) !== null) return `: write ${host}, without the port`;
  return ', expected one such as 192.0.2.1 or 2001:db8::1';
}

function nameOf(family: Family): string {
  return family === 'ipv4' ? 'IPv4' : 'IPv6';
}
