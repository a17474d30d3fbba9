/**
 * What a zone answers to each name and type, decided before any query: records and pools as they are, CNAMEs followed inside
 * the zone, NODATA and NXDOMAIN with the SOA. Answering only looks it up.
 */
import type { Family } from '../../platform/types.js';
import { RCODE, TYPE } from '../../wire/codes.js';
import { ANY_DATA } from '../../wire/records.js';
import type { Refusal, Zone } from '../../zone/model.js';
import { type Chain, direct, follow } from './aliases.js';
import type { Answer, NodeAnswers, PoolRef, ZoneAnswers } from './answers.js';
import type { AnswerBody, Entry } from './body-writer.js';
import { answerDs, type Delegations, delegationsOf, prepareCut, referTo } from './delegations.js';
import { denialOf } from './denial.js';
import { collectHoldings, type Holdings, parentOf } from './holdings.js';
import { type Say, sayer } from './say.js';
import { keyRrsets, type SignedZone, signZone, type ZoneSigning } from './signed-zone.js';

/** A zone of which only the name is known. */
export function unservedZone(zone: string): ZoneAnswers {
  return { zone, nodes: new Map([[zone, { byType: new Map() }]]) };
}

/** The TTL of the answer to ANY, in seconds: that answer never changes. */
const ANY_TTL = 3600;

/** A zone, ready for its answers to be prepared. */
export interface OpenZone {
  readonly zone: string;
  readonly holdings: ReadonlyMap<string, Holdings>;
  readonly delegations: Delegations;
  /** The delegated name, or the name of a zone inside, that a name of the zone is or is below. */
  readonly cutOf: (name: string) => string | undefined;
  /** Absent: the zone is not signed. */
  readonly signed?: SignedZone;
  readonly say: Say;
  readonly soa: Entry;
  readonly glue: readonly Entry[];
  /** By owner name of a pool: how it refuses clients. */
  readonly refusals: ReadonlyMap<string, Refusal['rcode'] | undefined>;
  readonly missing: Answer;
}

/**
 * Prepares a zone. `families` returns the families in which the pool of an owner name has addresses. `served` are the names
 * of zones inside this one that are served too: what is at and below them belongs to them. With `signing`, the zone is
 * signed.
 */
export function openZone(
  zone: Zone,
  families: (owner: string) => readonly Family[],
  served: readonly string[] = [],
  signing?: ZoneSigning,
): OpenZone {
  const atApex = signing === undefined ? new Map() : keyRrsets(zone, signing.keys);
  const holdings = collectHoldings(zone, families, served, atApex);
  const delegations = delegationsOf(zone);
  const cuts = new Set([...served, ...delegations.cuts]);
  const cutOf = (name: string): string | undefined => {
    let found: string | undefined;
    for (let at = name; at !== zone.name; at = parentOf(at)) if (cuts.has(at)) found = at;
    return found;
  };
  const signed = signing === undefined ? undefined : signZone(zone, holdings, [...cuts], cutOf, signing);
  const say = sayer(zone.name, signed);
  const soa = denialOf(zone);
  return {
    zone: zone.name,
    holdings,
    delegations,
    cutOf,
    ...(signed !== undefined && { signed }),
    say,
    soa,
    glue: glueOf(zone, holdings),
    refusals: new Map(zone.pools.map(({ owner, refuse }) => [owner, refuse?.rcode])),
    missing: say({ rcode: RCODE.NXDOMAIN, entries: [soa] }),
  };
}

/** Prepares every answer of the zone. `outer` is the zone that contains this one, if that is served too. */
export function prepareZone(context: OpenZone, outer?: OpenZone): ZoneAnswers {
  const { zone, holdings, delegations, missing, signed } = context;
  const nodes = new Map<string, NodeAnswers>();
  for (const name of holdings.keys()) {
    const cut = delegations.cutOf(name);
    if (cut === undefined) nodes.set(name, prepareNode(name, context));
    else if (cut === name) nodes.set(name, prepareCut(name, context));
  }
  if (outer !== undefined) setDelegation(nodes, zone, outer);
  return { zone, nodes, missing, ...(signed !== undefined && { expires: signed.expires() }) };
}

/** The zone above answers for this zone's DS, or refers to the servers that do. */
function setDelegation(nodes: Map<string, NodeAnswers>, name: string, outer: OpenZone): void {
  const apex = nodes.get(name);
  if (apex === undefined) return;
  const cut = outer.delegations.cutOf(name);
  const ds = cut === undefined || cut === name ? answerDs(name, outer) : referTo(cut, outer);
  nodes.set(name, { ...apex, byType: new Map(apex.byType).set(TYPE.DS, ds) });
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

function prepareNode(name: string, context: OpenZone): NodeAnswers {
  const { holdings, signed, say } = context;
  const byType = new Map<number, Answer>();
  const alias = holdings.get(name)?.rrsets.get(TYPE.CNAME)?.[0];
  const { chain, end, owner, expanded } = alias === undefined ? direct(name) : follow(name, alias, context);
  const holding = end === undefined ? undefined : holdings.get(end);
  const proofs = [...new Set(expanded.flatMap((target) => signed?.proofWithout(target) ?? []))];
  const empty = sayNothing({ chain, end, owner, expanded }, proofs, context);
  const alone = alias === undefined ? undefined : say({ rcode: RCODE.NOERROR, entries: chain.slice(0, 1) });
  for (const [type, rrs] of holding?.rrsets ?? []) {
    if (alias !== undefined && type === TYPE.CNAME) continue;
    const records = rrs.map(({ ttl, data }): Entry => ({ owner, type, ttl, data, section: 'an' }));
    const additional = type === TYPE.NS ? context.glue : [];
    byType.set(type, say({ rcode: RCODE.NOERROR, entries: [...chain, ...records, ...additional], proofs }));
  }
  if (holding?.reflects !== undefined) {
    // A resolver that follows the alias asks again itself. It may cache the alias for all clients, but a reflection for
    // none.
    const { reflects } = holding;
    byType.set(TYPE.TXT, alone ?? { ...say({ rcode: RCODE.NOERROR, entries: [] }), reflects });
  }
  const refusal = end === undefined ? undefined : context.refusals.get(end);
  const refused = refusal === 'nodata' ? empty : refusal === 'nxdomain' ? context.missing : undefined;
  let guard: PoolRef | undefined;
  for (const family of holding?.families ?? []) {
    const answer = say({ rcode: RCODE.NOERROR, entries: chain, proofs });
    const pool: PoolRef = {
      zone: context.zone,
      owner: end ?? name,
      family,
      // In a signed zone, a denial for one client would count for all (its NSEC lists the type).
      ...(signed === undefined && { empty }),
      ...(alone !== undefined && { alias: alone }),
      ...(refused !== undefined && { refused }),
    };
    // RFC 8020 §2: a name that does not exist has no other type either.
    if (alone === undefined && refusal === 'nxdomain') guard = pool;
    byType.set(family === 'ipv4' ? TYPE.A : TYPE.AAAA, { ...answer, pool });
  }
  if (alone !== undefined) {
    byType.set(TYPE.CNAME, alone);
    // RFC 8482 §4.2: the HINFO record is for names with "no CNAME present"; in a cache it would contradict the CNAME.
    byType.set(TYPE.ANY, alone);
  } else if (byType.size > 0) {
    // RFC 8482 §4.2: a name with records answers ANY with one small record.
    const hinfo: Entry = { owner, type: TYPE.HINFO, ttl: ANY_TTL, data: ANY_DATA, section: 'an' };
    byType.set(TYPE.ANY, {
      ...say({ rcode: RCODE.NOERROR, entries: [hinfo] }),
      ...(guard !== undefined && { guard }),
    });
  }
  const otherwise = guard === undefined ? empty : { ...empty, guard };
  return signed === undefined
    ? { byType, otherwise }
    : prepareSigned(name, { byType, otherwise }, signed, context);
}

/** What a name has besides in a signed zone: its NSEC, and the proof that there is nothing else below it. */
function prepareSigned(
  name: string,
  { byType, otherwise }: NodeAnswers,
  signed: SignedZone,
  { say, soa, holdings }: OpenZone,
): NodeAnswers {
  const own = new Map(byType);
  // RFC 2181 §10.1, RFC 4035 §2.5: both exist beside a CNAME, and no alias is followed for them.
  for (const [type, entry] of [
    [TYPE.NSEC, signed.nsec(name)],
    [TYPE.RRSIG, signed.nsecSignature(name)],
  ] as const) {
    if (entry === undefined) continue;
    const entries: Entry[] = [{ ...entry, owner: { kind: 'question', name }, section: 'an' }];
    own.set(type, say({ rcode: RCODE.NOERROR, entries }));
  }
  const answers = { byType: own, ...(otherwise !== undefined && { otherwise }), gaps: signed.gaps(name) };
  if (holdings.has(`*.${name}`)) return answers;
  const below = say({ rcode: RCODE.NXDOMAIN, entries: [soa], proofs: [signed.proofWithout(`*.${name}`)] });
  return { ...answers, below };
}

/** The answer for a name that does not exist, or has nothing of a type. */
function sayNothing({ chain, end }: Chain, expanded: readonly AnswerBody[], context: OpenZone): Answer {
  const { holdings, signed, soa, say } = context;
  if (end === undefined) return say({ rcode: RCODE.NOERROR, entries: chain, proofs: expanded });
  const exists = holdings.has(end);
  const proofs = signed === undefined ? [] : exists ? [signed.proofOf(end)] : signed.proofsOfAbsence(end);
  return say({
    rcode: exists ? RCODE.NOERROR : RCODE.NXDOMAIN,
    entries: [...chain, soa],
    proofs: [...new Set([...expanded, ...proofs])],
  });
}
