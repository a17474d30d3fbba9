/**
 * Names to addresses, asked of DNS servers as they are configured for this host now, whatever they were when the process
 * began, or of ones that are given. Never by getaddrinfo(3): that has no deadline, and holds up the threads that bring
 * files to disk. Answers are addresses, or a fault that says whether the name is wrong or nobody could tell.
 */
import { Resolver as DnsResolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { type Address, parseAddress } from '../ip/address.js';
import { codeOf, describeError } from '../platform/errors.js';
import { FAMILIES, type Family } from '../platform/types.js';

export type Resolution = Resolved | Unresolved;

export interface Resolved {
  readonly addresses: readonly Address[];
  /** How long the answer holds, in seconds; absent where nobody said. */
  readonly ttl?: number;
}

export interface Unresolved {
  readonly fault: string;
  /** There is no such name, or can be none. Otherwise nobody could tell. */
  readonly missing: boolean;
}

/** The addresses of a name in one family; none where it has none there. Never rejects, and ends once `signal` aborts. */
export type Resolve = (name: string, family: Family, signal?: AbortSignal) => Promise<Resolution>;

export interface Resolver {
  readonly resolve: Resolve;
  /** Whether the servers say anything at all, which is asked of the root. Never rejects; false once `signal` aborts. */
  readonly answers: (signal: AbortSignal) => Promise<boolean>;
}

export interface ResolverOptions {
  /** Servers to ask, such as `127.0.0.1:5353`; default: those of the host, after its hosts file. */
  readonly servers?: readonly string[];
  /** Names that do not exist are tried inside the host's search domains too, as other programs have it. */
  readonly search?: boolean;
  /** How long one server is waited for, in milliseconds. */
  readonly timeout?: number;
  /** The hosts file, where no servers are given. */
  readonly hosts?: string;
  /** Milliseconds that only grow. */
  readonly monotonic?: () => number;
}

const RESOLV_CONF = '/etc/resolv.conf';
/** A change of the host's files is noticed within this. */
const RECENT_MS = 1000;

/** A name without records of the type is no fault; one that does not exist is. */
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

  /** One resolver for as long as the host's configuration stays, for it remembers which servers are dead. */
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

/** The addresses of both families, for whoever only wants to connect. It rejects where there are none. */
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

/** What `work` comes to, or `late` once the signal aborts; it is not waited for any more. */
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
 * The text of a small file as it was within the last second; empty where it can't be read. Read here and now, not in the
 * threads that may be waiting for a disk.
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

/** The search domains of a resolv.conf(5): the last line that has any counts. */
export function searchDomains(text: string): string[] {
  const lines = [...text.matchAll(/^(?:search|domain)[ \t]+(.*)$/gm)];
  return (lines.at(-1)?.[1] ?? '').split(/\s+/).filter((domain) => domain !== '' && domain !== '.');
}
