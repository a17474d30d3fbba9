/** Where the CNAMEs of a zone lead, as far as they stay in the zone (RFC 1034 §4.3.2 step 3a). */
import { TYPE } from '../../wire/codes.js';
import { isWithin } from '../../zone/names.js';
import type { Entry, Owner } from './body-writer.js';
import { type Holdings, parentOf, type Rr } from './holdings.js';

/**
 * The most CNAMEs in one answer. Resolvers give up at about that many, and all of them are within reach of a pointer's 14
 * bits.
 */
const MAX_CHAIN = 16;

export interface Chain {
  readonly chain: readonly Entry[];
  /** The name whose data end the chain; it may not exist. Undefined if the chain leaves the zone, is too long or loops. */
  readonly end: string | undefined;
  readonly owner: Owner;
  /** The names on the way, including the last, that a `*` answered for. */
  readonly expanded: readonly string[];
}

/** The zone in which aliases are followed. */
export interface Followed {
  readonly zone: string;
  readonly cutOf: (name: string) => string | undefined;
  readonly holdings: ReadonlyMap<string, Holdings>;
}

/** The chain of a name that is not an alias. */
export function direct(name: string): Chain {
  return { chain: [], end: name, owner: { kind: 'question', name }, expanded: [] };
}

/** Follows the CNAME `first` of a name. */
export function follow(name: string, first: Rr, { zone, cutOf, holdings }: Followed): Chain {
  const chain: Entry[] = [];
  const expanded: string[] = [];
  const seen = new Set([name]);
  let owner: Owner = { kind: 'question', name };
  let alias: Rr | undefined = first;
  while (alias?.target !== undefined && chain.length < MAX_CHAIN) {
    const { target, ttl, data } = alias;
    const entry: Entry = { owner, type: TYPE.CNAME, ttl, data, section: 'an' };
    chain.push(entry);
    if (!isWithin(target, zone) || cutOf(target) !== undefined || seen.has(target)) break;
    seen.add(target);
    const there = existing(target, zone, holdings);
    owner = { kind: 'data', of: entry, name: there };
    alias = holdings.get(there)?.rrsets.get(TYPE.CNAME)?.[0];
    if (there !== target && (alias === undefined || chain.length < MAX_CHAIN)) expanded.push(target);
    if (alias === undefined) return { chain, end: there, owner, expanded };
  }
  return { chain, end: undefined, owner, expanded };
}

/** The name whose data answer for `name`: itself, or the `*` that covers it because it does not exist (RFC 4592 §3.3.1). */
function existing(name: string, zone: string, holdings: ReadonlyMap<string, Holdings>): string {
  const encloser = closestEncloser(name, zone, holdings);
  const wildcard = `*.${encloser}`;
  return encloser !== name && holdings.has(wildcard) ? wildcard : name;
}

/** The name itself if it exists, otherwise the closest one above it that does. */
export function closestEncloser(name: string, zone: string, holdings: ReadonlyMap<string, Holdings>): string {
  let encloser = name;
  while (!holdings.has(encloser) && encloser !== zone) encloser = parentOf(encloser);
  return encloser;
}
