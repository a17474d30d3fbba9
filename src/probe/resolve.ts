/**
 * Resolves names to addresses by DNS, through given servers or those of this host. The host's configuration is followed as
 * it changes. getaddrinfo(3) is not used: it has no deadline, and blocks the threads that do file I/O. The result is
 * addresses, or a fault that says whether the name does not exist or the lookup failed.
 */
import { Resolver as DnsResolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { type Address, parseAddress } from '../ip/address.js';
import { codeOf, describeError } from '../platform/errors.js';
import { FAMILIES, type Family } from '../platform/types.js';

export type Resolution = Resolved | Unresolved;

export interface Resolved {
  readonly addresses: readonly Address[];
  /** How long the answer is valid, in seconds; absent if unknown. */
  readonly ttl?: number;
}

export interface Unresolved {
  readonly fault: string;
  /** The name does not or cannot exist. Otherwise the lookup failed. */
  readonly missing: boolean;
}

/** The addresses of a name in one family; empty if it has none. Never rejects, and ends once `signal` aborts. */
export type Resolve = (name: string, family: Family, signal?: AbortSignal) => Promise<Resolution>;

export interface Resolver {
  readonly resolve: Resolve;
  /** Whether the servers answer at all, found by a query for the root. Never rejects; false once `signal` aborts. */
  readonly answers: (signal: AbortSignal) => Promise<boolean>;
}

export interface ResolverOptions {
  /** Servers to ask, for example `127.0.0.1:5353`; default: those of the host, after its hosts file. */
  readonly servers?: readonly string[];
  /** Names that do not exist are also tried in the host's search domains, as other programs do. */
  readonly search?: boolean;
  /** How long to wait for one server, in milliseconds. */
  readonly timeout?: number;
  /** The hosts file, used if no servers are given. */
  readonly hosts?: string;
  /** Monotonic time in milliseconds. */
  readonly monotonic?: () => number;
}

const RESOLV_CONF = '/etc/resolv.conf';
/** A change of the host's files is noticed within this time. */
const RECENT_MS = 1000;

/** A name without records of the type is not a fault; a name that does not exist is. */
export function createResolver({
  servers = [],
  search = false,
  timeout = 2000,
  hosts = '/etc/hosts',
  monotonic = () => performance.now(),
}: ResolverOptions = {}): Resolver {
  const given = servers.length > 0;
  const hostsText = recentText(hosts, monotonic);
  const configText = recentText(RESOLV_CONF, monotonic);
  let config = configText();
  let current = open();

  function open(): DnsResolver {
    const fresh = new DnsResolver({ timeout, tries: 2 });
    if (given) fresh.setServers([...servers]);
    return fresh;
  }

  /** One resolver until the host's configuration changes, because it remembers which servers are dead. */
  function resolver(): DnsResolver {
    if (given || config === configText()) return current;
    config = configText();
    current = open();
    return current;
  }

  async function ask(name: string, family: Family): Promise<Resolution> {
    const local = given ? [] : readHosts(hostsText(), name);
    if (local.length > 0) return { addresses: local.filter((address) => address.family === family) };
    try {
      const records = await (family === 'ipv4'
        ? resolver().resolve4(name, { ttl: true })
        : resolver().resolve6(name, { ttl: true }));
      const addresses = records.flatMap(({ address }) => parseAddress(address) ?? []);
      return { addresses, ttl: Math.min(...records.map(({ ttl }) => ttl)) };
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code === 'ENODATA') return { addresses: [] };
      if (code === 'ENOTFOUND') return { fault: `no such name: ${name}`, missing: true };
      if (code === 'EBADNAME')
        return { fault: `no name that could exist: ${name.slice(0, 80)}`, missing: true };
      const why = FAULTS[code] ?? describeError(error);
      return { fault: `${name} can't be looked up (${why})`, missing: false };
    }
  }

  async function askAll(name: string, family: Family): Promise<Resolution> {
    const first = await ask(name, family);
    for (const domain of search && isMissing(first) ? searchDomains(configText()) : []) {
      const found = await ask(`${name}.${domain}`, family);
      if (!isMissing(found)) return found;
    }
    return first;
  }

  return {
    resolve: (name, family, signal) =>
      untilAborted(askAll(name, family), signal, {
        fault: `${name} can't be looked up (no answer in time)`,
        missing: false,
      }),
    answers: (signal) =>
      untilAborted(
        resolver()
          .resolveNs('.')
          .then(
            () => true,
            (error) => ['ENODATA', 'ENOTFOUND'].includes(codeOf(error) ?? ''),
          ),
        signal,
        false,
      ),
  };
}

/** The addresses of both families, for callers that only want to connect. Rejects if there are none. */
export function lookUpBy(resolve: Resolve): (name: string, signal: AbortSignal) => Promise<Address[]> {
  return async (name, signal) => {
    const found = await Promise.all(FAMILIES.map((family) => resolve(name, family, signal)));
    const addresses = found.flatMap((one) => ('addresses' in one ? one.addresses : []));
    if (addresses.length > 0) return addresses;
    const [fault = `${name} has no addresses`] = found.flatMap((one) => ('fault' in one ? one.fault : []));
    throw new Error(fault);
  };
}

function isMissing(found: Resolution): boolean {
  return 'fault' in found && found.missing;
}

/** The result of `work`, or `late` once the signal aborts, without waiting for `work` any longer. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, late: T): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve(late);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/**
 * The text of a small file as of at most a second ago; empty if it can't be read. Read synchronously, because the I/O
 * threads may be waiting for a disk.
 */
function recentText(path: string, monotonic: () => number): () => string {
  let text = '';
  let readAt = -Infinity;
  return () => {
    if (monotonic() - readAt < RECENT_MS) return text;
    readAt = monotonic();
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      text = '';
    }
    return text;
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

/** The search domains of a resolv.conf(5): the last `search` or `domain` line counts. */
export function searchDomains(text: string): string[] {
  const lines = [...text.matchAll(/^(?:search|domain)[ \t]+(.*)$/gm)];
  return (lines.at(-1)?.[1] ?? '').split(/\s+/).filter((domain) => domain !== '' && domain !== '.');
}
