/**
 * Names to addresses, asked of DNS servers as they are configured for this host, or of ones that are given. Answers are
 * addresses, or a fault that says whether the name is wrong or nobody could tell: only the first speaks against it.
 */
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { describeError } from '../errors.js';
import type { Family } from '../facts.js';
import { type Address, parseAddress } from '../ip/address.js';

export type Resolution = Resolved | Unresolved;

export interface Resolved {
  readonly addresses: readonly Address[];
  /** How long the answer holds, in seconds; absent where nobody said. */
  readonly ttl?: number;
}

export interface Unresolved {
  readonly fault: string;
  /** There is no such name. Otherwise nobody could tell. */
  readonly missing: boolean;
}

/** The addresses of a name in one family; none where it has none there. Never rejects. */
export type Resolve = (name: string, family: Family) => Promise<Resolution>;

export interface ResolverOptions {
  /** Servers to ask, such as `127.0.0.1:5353`; default: those of the host, after its hosts file. */
  readonly servers?: readonly string[];
  /** How long one server is waited for, in milliseconds. */
  readonly timeout?: number;
  /** The hosts file, where no servers are given. */
  readonly hosts?: string;
}

/** A name without records of the type is no fault; one that does not exist is. */
export function createResolver({
  servers = [],
  timeout = 2000,
  hosts = '/etc/hosts',
}: ResolverOptions = {}): Resolve {
  const resolver = new Resolver({ timeout, tries: 2 });
  if (servers.length > 0) resolver.setServers([...servers]);

  async function listed(name: string): Promise<Address[]> {
    if (servers.length > 0) return [];
    const text = await readFile(hosts, 'utf8').catch(() => '');
    return readHosts(text, name);
  }

  return async (name, family) => {
    const local = await listed(name);
    if (local.length > 0) return { addresses: local.filter((address) => address.family === family) };
    try {
      const records = await (family === 'ipv4'
        ? resolver.resolve4(name, { ttl: true })
        : resolver.resolve6(name, { ttl: true }));
      const addresses = records.flatMap(({ address }) => parseAddress(address) ?? []);
      return { addresses, ttl: Math.min(...records.map(({ ttl }) => ttl)) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code === 'ENODATA') return { addresses: [] };
      if (code === 'ENOTFOUND') return { fault: `no such name: ${name}`, missing: true };
      const why = FAULTS[code] ?? describeError(error);
      return { fault: `${name} can't be looked up (${why})`, missing: false };
    }
  };
}

const FAULTS: Readonly<Record<string, string>> = {
  ETIMEOUT: 'its name servers do not answer',
  ECONNREFUSED: 'no name server answers',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'the name server refuses',
};

/** The addresses that a hosts file (hosts(5)) has for a name. */
export function readHosts(text: string, name: string): Address[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    if (!names.some((one) => one.toLowerCase() === name)) return [];
    return parseAddress(address) ?? [];
  });
}
