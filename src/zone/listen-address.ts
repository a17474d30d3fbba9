/**
 * `HOST:PORT` to listen on, or `tls://HOST:PORT`, from geopool.yaml and from `--listen`. Only addresses are accepted: a
 * name could lead to several addresses, and resolving it may need the very server that is about to start.
 */
import { embeddedIPv4, isMapped, parseAddress } from '../ip/address.js';
import type { TextFault } from './text-fault.js';

export interface ListenAddress {
  /** The text of an address; IPv6 without brackets. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** DNS over TLS, and nothing else. */
  readonly tls?: true;
}

const TLS = 'tls://';
const TLS_PORT = 853;
const PLAIN_PORT = 53;

/** An address for answering queries: `192.0.2.53:53`, or `tls://192.0.2.53:853`. */
export function readServedAddress(text: string): ListenAddress | TextFault {
  if (!text.startsWith(TLS)) {
    const address = readListenAddress(text);
    // RFC 7858 §3.1: that port must not be used for cleartext.
    if (!('fault' in address) && address.port === TLS_PORT)
      return { fault: `port ${TLS_PORT} is for TLS alone: write ${TLS}${text}` };
    return address;
  }
  const address = readListenAddress(text.slice(TLS.length), TLS_PORT);
  if ('fault' in address) return { fault: `${TLS}: ${address.fault}` };
  // RFC 7858 §3.1 too: clients would not know whether to use TLS there.
  if (address.port === PLAIN_PORT)
    return {
      fault: `${TLS}: port ${PLAIN_PORT} is for cleartext, resolvers look for TLS on port ${TLS_PORT}`,
    };
  return { ...address, tls: true };
}

/** Reads `192.0.2.53:53` or `[2001:db8::53]:53`. If the port is missing, the message proposes `usual`. */
export function readListenAddress(text: string, usual = PLAIN_PORT): ListenAddress | TextFault {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = parseAddress(bracketed ?? plain ?? '');
  const fits = host !== null && (host.family === 'ipv6') === (bracketed !== undefined);
  if (fits && host.family === 'ipv6' && isMapped(host.bytes)) {
    // IPv6 sockets are IPv6-only here.
    return { fault: `"${text}" is an IPv4 address: write ${embeddedIPv4(host).text}:${port}` };
  }
  if (fits && port <= 65_535) return { host: host.text, port };
  return { fault: `"${text}" is not an address to listen on${hint(text, plain, usual)}` };
}

/**
 * The addresses that clash with an earlier one: the same address again, or a wildcard together with an address that it
 * covers. The system gives each port of an address to one socket only.
 */
export function listenClashes(
  addresses: readonly ListenAddress[],
): readonly { readonly index: number; readonly fault: string }[] {
  return addresses.flatMap(({ host, port }, index) => {
    const wildcard = wildcardOf(host);
    const clash = addresses
      .slice(0, index)
      .filter((other) => port !== 0 && other.port === port && wildcardOf(other.host) === wildcard)
      .find((other) => other.host === host || [host, other.host].includes(wildcard));
    if (clash === undefined) return [];
    if (clash.host === host) return { index, fault: `${host} port ${port} is listed twice` };
    const named = host === wildcard ? clash.host : host;
    return { index, fault: `${wildcard} port ${port} stands for ${named} too: list only one of them` };
  });
}

function wildcardOf(host: string): string {
  return host.includes(':') ? '::' : '0.0.0.0';
}

function hint(text: string, plain: string | undefined, port: number): string {
  const address = parseAddress(text.replace(/^\[|\]$/g, ''));
  if (address?.family === 'ipv4') return `: write ${text}:${port}, with the port`;
  if (address?.family === 'ipv6') return `: write [${address.text}]:${port}, with the port`;
  if (plain === '' || plain === '*') return ': write 0.0.0.0 and [::] for all addresses';
  return `, expected HOST:PORT such as 192.0.2.53:${port} or [2001:db8::53]:${port}`;
}

/** A DNS server to ask: `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`. */
export function readResolver(text: string): string | TextFault {
  const address = parseAddress(text);
  if (address !== null) return address.text;
  const endpoint = readListenAddress(text);
  if ('host' in endpoint && endpoint.port > 0) return text;
  return {
    fault: `"${text}" is not the address of a DNS server, expected one such as 192.0.2.53 or 192.0.2.53:53`,
  };
}
