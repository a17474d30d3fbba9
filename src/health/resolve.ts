/**
 * Names to addresses, asked of DNS servers as they are configured for this host or given. Answers are addresses, or a
 * fault that says whether the name is wrong or nobody could tell: only the first speaks against it.
 */
import { Resolver } from 'node:dns/promises';
import { describeError } from '../errors.js';
import type { Family } from '../facts.js';
import { type Address, parseAddress } from '../ip/address.js';

export type Resolution =
  | { readonly addresses: readonly Address[] }
  /** `missing`: there is no such name. Otherwise nobody could tell. */
  | { readonly fault: string; readonly missing: boolean };

/** The addresses of a name in one family; none where it has none there. Never rejects. */
export type Resolve = (name: string, family: Family) => Promise<Resolution>;

export interface ResolverOptions {
  /** Servers to ask, such as `127.0.0.1:5353`; default: those of the host. */
  readonly servers?: readonly string[];
  /** How long one server is waited for, in milliseconds. */
  readonly timeout?: number;
}

/** A name without records of the type is no fault; one that does not exist is. */
export function createResolver({ servers, timeout = 2000 }: ResolverOptions = {}): Resolve {
  const resolver = new Resolver({ timeout, tries: 2 });
  if (servers !== undefined && servers.length > 0) resolver.setServers([...servers]);
  return async (name, family) => {
    try {
      const texts = await (family === 'ipv4' ? resolver.resolve4(name) : resolver.resolve6(name));
      return { addresses: texts.flatMap((text) => parseAddress(text) ?? []) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'ENODATA') return { addresses: [] };
      if (code === 'ENOTFOUND') return { fault: `no such name: ${name}`, missing: true };
      return {
        fault: `${name} can't be looked up (${FAULTS[String(code)] ?? describeError(error)})`,
        missing: false,
      };
    }
  };
}

const FAULTS: Readonly<Record<string, string>> = {
  ETIMEOUT: 'its name servers do not answer',
  ECONNREFUSED: 'no name server answers',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'the name server refuses',
};
