/**
 * Where the server listens: an address of this host and a port, for UDP and TCP both, or for TLS alone.
 */
import { networkInterfaces } from 'node:os';

export interface Endpoint {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** DNS over TLS (RFC 7858), and nothing else. */
  readonly tls?: true;
}

/** `127.0.0.1:5300`, `[::1]:5300`, `tls://127.0.0.1:853`. */
export function formatEndpoint({ host, port, tls }: Endpoint): string {
  return `${tls ? 'tls://' : ''}${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whether any interface of this host has an IPv6 address. */
export function hasIPv6(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === 'IPv6'));
}

/** Whether it stands for all addresses of this host, of one family. */
export function isWildcard({ host }: Endpoint): boolean {
  return host === '0.0.0.0' || host === '::';
}

/**
 * Returns the endpoints with each wildcard (`0.0.0.0`, `::`) replaced by the addresses of this host's interfaces. A socket
 * on a wildcard can't say which of its addresses a reply leaves from, and resolvers drop a reply from another one.
 */
export function expandWildcards(endpoints: readonly Endpoint[]): Endpoint[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const expanded = endpoints.flatMap((endpoint) => {
    if (!isWildcard(endpoint)) return [endpoint];
    const { host } = endpoint;
    const family = host === '0.0.0.0' ? 'IPv4' : 'IPv6';
    return (
      addresses
        // A link-local address needs an interface name, and no delegation points to one.
        .filter((entry) => entry.family === family && !entry.address.startsWith('fe80:'))
        .map(({ address }) => ({ ...endpoint, host: address }))
    );
  });
  const seen = new Set<string>();
  return expanded.filter((endpoint) => {
    const text = formatEndpoint(endpoint);
    return !seen.has(text) && seen.add(text);
  });
}
