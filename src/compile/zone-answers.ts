/**
 * What a zone says to each name and type, decided before anyone asks: records and pools as they are, CNAMEs followed
 * inside the zone, NODATA and NXDOMAIN with the SOA. Answering only looks it up.
 */
import type { Family } from '../facts.js';
import { RCODE, TYPE } from '../wire/codes.js';
import { ANY_DATA, nsData, soaData } from '../wire/records.js';
import type { Zone } from '../zone/model.js';
import { isWithin } from '../zone/names.js';
import { type Body, type Entry, type Owner, writeBody } from './body-writer.js';
import { recordData, typeNumber } from './record-data.js';

export interface Answer {
  readonly rcode: number;
  readonly body: Body;
  /** The pool whose addresses follow the body's answers. */
  readonly pool?: PoolRef;
}

/** A pool, by its zone, owner name and family. */
export interface PoolRef {
  readonly zone: string;
  readonly owner: string;
  readonly family: Family;
  /** Where the owner name is, counted from the question's end; -1: it is the question's own name. */
  readonly ownerAt: number;
  /** What to say where the pool has nobody for the client. */
  readonly empty: Answer;
  /** Where aliases lead to the pool: the first of them, to be said alone to who would keep it for some clients only. */
  readonly alias?: Answer;
}

/** All that a name answers: by type, and to any other type; absent: nothing can be served of its zone. */
export interface NodeAnswers {
  readonly byType: ReadonlyMap<number, Answer>;
  readonly otherwise?: Answer;
}

export interface ZoneAnswers {
  readonly zone: string;
  /** Every name that exists, empty non-terminals and `*` names included. */
  readonly nodes: ReadonlyMap<string, NodeAnswers>;
  /** Absent: nothing can be served of it. */
  readonly missing?: Answer;
}

/** A zone of which no more is known than its name. */
export function unservedZone(zone: string): ZoneAnswers {
  return { zone, nodes: new Map([[zone, { byType: new Map() }]]) };
}

/** RRsets of one name by type, and the pool that is there. */
interface Holdings {
  readonly rrsets: Map<number, readonly Rr[]>;
  readonly families: Set<Family>;
}
type Rr = { readonly ttl: number; readonly data: Uint8Array; readonly target?: string };

/** Seconds that the answer to ANY may be kept: it never changes. */
const ANY_TTL = 3600;
/** The most CNAMEs in one answer: resolvers give up about there, and every one is in reach of a pointer's 14 bits. */
const MAX_CHAIN = 16;

/**
 * Prepares every answer of the zone. `families` says in which ones the pool of an owner name has addresses. `cuts` are the
 * names of zones inside this one that are served too: what is at and below them is theirs. `outer` is the zone that this
 * one is inside of, where that is served too.
 */
export function prepareZone(
  zone: Zone,
  families: (owner: string) => readonly Family[],
  cuts: readonly string[] = [],
  outer?: Zone,
): ZoneAnswers {
  const holdings = collect(zone, families, cuts);
  const soa = denialOf(zone);
  const glue = glueOf(zone, holdings);
  const nodes = new Map<string, NodeAnswers>();
  const context: Context = { zone: zone.name, cuts, holdings, soa, glue };
  for (const name of holdings.keys()) nodes.set(name, prepareNode(name, context));
  if (outer !== undefined) setDelegation(nodes, zone, outer);
  return { zone: zone.name, nodes, missing: negative([], RCODE.NXDOMAIN, context) };
}

/** The SOA record of a zone as it stands in negative answers. */
function denialOf({ name, soa }: Zone): Entry {
  return {
    owner: { kind: 'name', name },
    type: TYPE.SOA,
    // RFC 2308 §5: the lesser of the SOA's own TTL and its MINIMUM says how long a negative answer is kept.
    ttl: Math.min(soa.ttl, soa.minimum),
    data: soaData(soa),
    section: 'ns',
  };
}

/** RFC 4035 §3.1.4.1: DS at a zone's name is data of the zone above, and that has none. */
function setDelegation(nodes: Map<string, NodeAnswers>, { name }: Zone, outer: Zone): void {
  const apex = nodes.get(name);
  if (apex === undefined) return;
  const none: Answer = { rcode: RCODE.NOERROR, body: writeBody([denialOf(outer)], outer.name).body };
  nodes.set(name, { ...apex, byType: new Map(apex.byType).set(TYPE.DS, none) });
}

interface Context {
  readonly zone: string;
  readonly cuts: readonly string[];
  readonly holdings: ReadonlyMap<string, Holdings>;
  readonly soa: Entry;
  readonly glue: readonly Entry[];
}

function collect(
  zone: Zone,
  families: (owner: string) => readonly Family[],
  cuts: readonly string[],
): Map<string, Holdings> {
  const holdings = new Map<string, Holdings>();
  // Every name between an owner and the apex exists too, if only empty (RFC 4592 §2.2.2).
  const at = (owner: string): Holdings => {
    const found = holdings.get(owner);
    if (found !== undefined) return found;
    const made: Holdings = { rrsets: new Map(), families: new Set() };
    holdings.set(owner, made);
    if (owner !== zone.name) at(parentOf(owner));
    return made;
  };
  const apex = at(zone.name).rrsets;
  apex.set(TYPE.SOA, [{ ttl: zone.soa.ttl, data: soaData(zone.soa) }]);
  apex.set(
    TYPE.NS,
    zone.ns.map((name) => ({ ttl: zone.soa.ttl, data: nsData(name) })),
  );
  for (const rrset of zone.records) {
    const type = typeNumber(rrset.type);
    const first = rrset.data[0];
    const target = first?.type === 'CNAME' ? { target: first.target.toLowerCase() } : {};
    at(rrset.owner).rrsets.set(
      type,
      recordData(rrset).map((data) => ({ ttl: rrset.ttl, data, ...target })),
    );
  }
  for (const pool of zone.pools)
    for (const family of families(pool.owner)) at(pool.owner).families.add(family);
  for (const pool of zone.pools) at(pool.owner);
  // So do names between a zone inside and this apex: NXDOMAIN there would deny that zone's names too (RFC 8020 §2).
  for (const cut of cuts) at(parentOf(cut));
  return holdings;
}

/** The addresses of name servers inside the zone, for the additional section of its NS answer. */
function glueOf(zone: Zone, holdings: ReadonlyMap<string, Holdings>): Entry[] {
  return zone.ns.flatMap((server) => {
    const name = server.toLowerCase();
    const rrsets = holdings.get(name)?.rrsets;
    return [TYPE.A, TYPE.AAAA].flatMap((type) =>
      (rrsets?.get(type) ?? []).map(
        ({ ttl, data }): Entry => ({ owner: { kind: 'name', name }, type, ttl, data, section: 'ar' }),
      ),
    );
  });
}

function prepareNode(name: string, context: Context): NodeAnswers {
  const byType = new Map<number, Answer>();
  const own = context.holdings.get(name);
  const alias = own?.rrsets.get(TYPE.CNAME)?.[0];
  const { chain, end, owner } = alias === undefined ? direct(name) : follow(name, alias, context);
  const holding = end === undefined ? undefined : context.holdings.get(end);
  const empty =
    end === undefined
      ? { rcode: RCODE.NOERROR, body: writeBody(chain, context.zone).body }
      : negative(chain, holding === undefined ? RCODE.NXDOMAIN : RCODE.NOERROR, context);
  const alone: Answer | undefined =
    alias === undefined
      ? undefined
      : { rcode: RCODE.NOERROR, body: writeBody(chain.slice(0, 1), context.zone).body };
  for (const [type, rrs] of holding?.rrsets ?? []) {
    if (alias !== undefined && type === TYPE.CNAME) continue;
    const records = rrs.map(({ ttl, data }): Entry => ({ owner, type, ttl, data, section: 'an' }));
    const additional = type === TYPE.NS ? context.glue : [];
    byType.set(type, {
      rcode: RCODE.NOERROR,
      body: writeBody([...chain, ...records, ...additional], context.zone).body,
    });
  }
  for (const family of holding?.families ?? []) {
    const { body, dataAt } = writeBody(chain, context.zone);
    const pool: PoolRef = {
      zone: context.zone,
      owner: end ?? name,
      family,
      ownerAt: dataAt.at(-1) ?? -1,
      empty,
      ...(alone !== undefined && { alias: alone }),
    };
    byType.set(family === 'ipv4' ? TYPE.A : TYPE.AAAA, { rcode: RCODE.NOERROR, body, pool });
  }
  if (alone !== undefined) {
    byType.set(TYPE.CNAME, alone);
    // RFC 8482 §4.2: the HINFO record is for names with "no CNAME present"; it would contradict it in a cache.
    byType.set(TYPE.ANY, alone);
  } else if (byType.size > 0) {
    // RFC 8482 §4.2: a name with records answers ANY with one small one.
    byType.set(TYPE.ANY, {
      rcode: RCODE.NOERROR,
      body: writeBody(
        [{ owner: { kind: 'question' }, type: TYPE.HINFO, ttl: ANY_TTL, data: ANY_DATA, section: 'an' }],
        context.zone,
      ).body,
    });
  }
  return { byType, otherwise: empty };
}

interface Chain {
  readonly chain: readonly Entry[];
  /** The name whose data end the chain; it may not exist. Undefined where it leaves the zone, is too long or a circle. */
  readonly end: string | undefined;
  readonly owner: Owner;
}

function direct(name: string): Chain {
  return { chain: [], end: name, owner: { kind: 'question' } };
}

/** Follows CNAMEs as far as they stay in the zone (RFC 1034 §4.3.2 step 3a). */
function follow(name: string, first: Rr, { zone, cuts, holdings }: Context): Chain {
  const chain: Entry[] = [];
  const seen = new Set([name]);
  let owner: Owner = { kind: 'question' };
  let alias: Rr | undefined = first;
  while (alias?.target !== undefined && chain.length < MAX_CHAIN) {
    const { target, ttl, data } = alias;
    chain.push({ owner, type: TYPE.CNAME, ttl, data, section: 'an' });
    owner = { kind: 'data', entry: chain.length - 1 };
    if (!isWithin(target, zone) || cuts.some((cut) => isWithin(target, cut)) || seen.has(target)) break;
    seen.add(target);
    const there = existing(target, zone, holdings);
    alias = holdings.get(there)?.rrsets.get(TYPE.CNAME)?.[0];
    if (alias === undefined) return { chain, end: there, owner };
  }
  return { chain, end: undefined, owner };
}

/** The name whose data answer for `name`: itself, or the `*` beside which it does not exist (RFC 4592 §3.3.1). */
function existing(name: string, zone: string, holdings: ReadonlyMap<string, Holdings>): string {
  let encloser = name;
  while (!holdings.has(encloser) && encloser !== zone) encloser = parentOf(encloser);
  const wildcard = `*.${encloser}`;
  return encloser !== name && holdings.has(wildcard) ? wildcard : name;
}

/** The name without its first label. */
function parentOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

function negative(chain: readonly Entry[], rcode: number, { soa, zone }: Context): Answer {
  return { rcode, body: writeBody([...chain, soa], zone).body };
}
