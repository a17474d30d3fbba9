/**
 * `HOST:PORT` to listen on, from geopool.yaml and from `--listen`. Addresses only: a name could lead to several, and may
 * need the very server that is about to start.
 */
import { parseAddress } from '../ip/address.js';
import type { TextFault } from './text-fault.js';

export interface ListenAddress {
  /** The text of an address, an IPv6 one without brackets. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** Reads `192.0.2.53:53` or `[2001:db8::53]:53`. */
export function readListenAddress(text: string): ListenAddress | TextFault {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = parseAddress(bracketed ?? plain ?? '');
  const fits = host !== null && (host.family === 'ipv6') === (bracketed !== undefined);
  if (fits && port <= 65_535) return { host: host.text, port };
  return { fault: `"${text}" is not an address to listen on${hint(text, plain)}` };
}

function hint(text: string, plain: string | undefined): string {
  const address = parseAddress(text.replace(/^\[|\]$/g, ''));
  if (address?.family === 'ipv4') return `: write ${text}:53, with the port`;
  if (address?.family === 'ipv6') return `: write [${address.text}]:53, with the port`;
  if (plain === '' || plain === '*') return ': write 0.0.0.0 and [::] for all addresses';
  return ', expected HOST:PORT such as 192.0.2.53:53 or [2001:db8::53]:53';
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
