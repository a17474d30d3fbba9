/**
 * What makes a zone a signed one (RFC 4035 §2): RRSIGs after the RRsets of its answers, the keys at its apex and what they
 * tell the parent, and the NSEC records that prove what does not exist. All of it is made when the zone is compiled.
 */
import { compareNames } from '../../dnssec/canonical.js';
import type { KeyState } from '../../dnssec/key-times.js';
import { dnskeyData, dsData } from '../../dnssec/keys.js';
import { chainOf } from '../../dnssec/nsec.js';
import { signerOf, signSet } from '../../dnssec/sign.js';
import { validityOf } from '../../dnssec/validity.js';
import { TYPE } from '../../wire/codes.js';
import type { Zone } from '../../zone/model.js';
import { closestEncloser } from './aliases.js';
import type { NodeAnswers } from './answers.js';
import { type AnswerBody, type Entry, writeBody } from './body-writer.js';
import { negativeTtl } from './denial.js';
import { type Holdings, parentOf, type Rr } from './holdings.js';

/** The keys that a zone is signed with, and the time of signing, in milliseconds since 1970. */
export interface ZoneSigning {
  readonly keys: KeyState;
  readonly now: number;
}

export interface SignedZone {
  /** Returns the entries with the RRSIGs of each RRset after it, except for RRsets that are not this zone's to sign. */
  sign(entries: readonly Entry[]): Entry[];
  /** The NSEC record of a name that has one. */
  nsec(name: string): Entry | undefined;
  /** The RRSIG of that NSEC record. */
  nsecSignature(name: string): Entry | undefined;
  /** Proves that a name has no types besides those its NSEC lists, or that it is empty. */
  proofOf(name: string): AnswerBody;
  /** Proves that a name itself does not exist. A wildcard may still answer for it. */
  proofWithout(name: string): AnswerBody;
  /** Proves that neither a name nor a wildcard that might answer for it exists. */
  proofsOfAbsence(name: string): readonly AnswerBody[];
  /** The names directly below a name, and what proves that there are no others. */
  gaps(name: string): NonNullable<NodeAnswers['gaps']>;
  /** When the first signature expires, in seconds since 1970. */
  expires(): number;
}

/** The RRsets that the keys bring to the apex (RFC 4035 §2.1, RFC 7344 §3). */
export function keyRrsets(
  { name, soa }: Zone,
  { published, atParent, withdrawn }: KeyState,
): Map<number, readonly Rr[]> {
  const rrs = (data: readonly Uint8Array[]): Rr[] => data.map((each) => ({ ttl: soa.ttl, data: each }));
  return new Map([
    [TYPE.DNSKEY, rrs(published.map(dnskeyData))],
    // RFC 8078 §4: tells the parent to remove all DS records.
    [TYPE.CDS, rrs(withdrawn ? [DELETE_CDS] : atParent.map((key) => dsData(name, key)))],
    [TYPE.CDNSKEY, rrs(withdrawn ? [DELETE_CDNSKEY] : atParent.map(dnskeyData))],
  ]);
}

/**
 * A DNSKEY set is valid if any key that the parent has a DS for signs it (RFC 4035 §5.2). What the parent is told must be
 * signed by such a key too (RFC 7344 §4.1). The parent may not have the DS of the key that signs everything else yet.
 */
const SIGNED_BY_ALL: readonly number[] = [TYPE.DNSKEY, TYPE.CDS, TYPE.CDNSKEY];

const DELETE_CDS = Uint8Array.of(0, 0, 0, 0, 0);
const DELETE_CDNSKEY = Uint8Array.of(0, 0, 3, 0, 0);

/**
 * Signs a zone. `cutOf` returns the delegated name that a name of the zone is or is below; `cuts` are all delegated names.
 */
export function signZone(
  zone: Zone,
  holdings: ReadonlyMap<string, Holdings>,
  cuts: readonly string[],
  cutOf: (name: string) => string | undefined,
  { keys, now }: ZoneSigning,
): SignedZone {
  const signing = signerOf(zone.name, keys.signing);
  const published = keys.published.map((key) => signerOf(zone.name, key));
  const ttl = negativeTtl(zone.soa);
  const own = new Map([...holdings].filter(([name]) => cutOf(name) === undefined));
  const topmost = cuts.filter((cut) => cutOf(cut) === cut);
  const chain = chainOf(zone.name, typesOf(zone, own, topmost, holdings));
  const inChain = new Set(chain.names);
  const children = childrenOf(zone.name, [...own.keys(), ...topmost]);
  const signatures = new Map<string, readonly Uint8Array[]>();
  let expires = Infinity;

  /** The RRSIGs of an RRset; they are made only once. */
  function signaturesOf(owner: string, type: number, originalTtl: number, data: readonly Uint8Array[]) {
    const id = `${type} ${owner}`;
    const known = signatures.get(id);
    if (known !== undefined) return known;
    const validity = validityOf(owner, now);
    expires = Math.min(expires, validity.expiration);
    const signers = SIGNED_BY_ALL.includes(type) ? published : [signing];
    const made = signers.map((signer) => signSet({ owner, type, ttl: originalTtl, data }, signer, validity));
    signatures.set(id, made);
    return made;
  }

  /** RFC 4035 §2.2: glue is not signed, and of a delegation only what belongs to this side. */
  function isSigned({ owner: { name }, type, section }: Entry): boolean {
    if (section === 'glue' || type === TYPE.RRSIG) return false;
    const cut = cutOf(name);
    return cut === undefined || (cut === name && (type === TYPE.DS || type === TYPE.NSEC));
  }

  function sign(entries: readonly Entry[]): Entry[] {
    return entries.flatMap((entry, i) => {
      const next = entries[i + 1];
      if (!isSigned(entry) || (next !== undefined && isSameSet(entry, next))) return entry;
      const { owner, type, ttl, originalTtl = ttl } = entry;
      const data = entries.filter((each) => isSameSet(each, entry)).map((each) => each.data);
      const rrsigs = signaturesOf(owner.name, type, originalTtl, data);
      return [entry, ...rrsigs.map((rrsig): Entry => ({ ...entry, type: TYPE.RRSIG, data: rrsig }))];
    });
  }

  function nsec(name: string): Entry | undefined {
    if (!inChain.has(name)) return undefined;
    return { owner: { kind: 'name', name }, type: TYPE.NSEC, ttl, data: chain.dataOf(name), section: 'ns' };
  }

  const bodies = new Map<string, AnswerBody>();
  function proof(name: string): AnswerBody {
    const known = bodies.get(name);
    if (known !== undefined) return known;
    const entry = nsec(name);
    const body = writeBody(entry === undefined ? [] : sign([entry]), zone.name);
    bodies.set(name, body);
    return body;
  }

  return {
    sign,
    nsec,
    nsecSignature(name) {
      const entry = nsec(name);
      return entry === undefined ? undefined : sign([entry])[1];
    },
    proofOf: (name) => proof(inChain.has(name) ? name : chain.before(name)),
    proofWithout: (name) => proof(chain.before(name)),
    proofsOfAbsence(name) {
      const wildcard = `*.${closestEncloser(name, zone.name, holdings)}`;
      return [...new Set([proof(chain.before(name)), proof(chain.before(wildcard))])];
    },
    gaps(name) {
      const below = children.get(name) ?? [];
      const proofs = below.map((child) => proof(chain.behind(child)));
      return { children: below, proofs: [proof(inChain.has(name) ? name : chain.before(name)), ...proofs] };
    },
    expires: () => expires,
  };
}

/**
 * Owners are compared too: a `*` may answer for several names of a chain of aliases, and the set then occurs once for each.
 */
function isSameSet(one: Entry, other: Entry): boolean {
  const [owner, otherOwner] = [one.owner, other.owner];
  if (one.type !== other.type || owner.kind !== otherOwner.kind || owner.name !== otherOwner.name)
    return false;
  return owner.kind !== 'data' || (otherOwner.kind === 'data' && owner.of === otherOwner.of);
}

/**
 * The types of each name in the chain: all names with data, and all delegated names (RFC 4035 §2.3). A pool's name is among
 * them even if no mirror is in it now: its denials are those of a name that exists.
 */
function typesOf(
  zone: Zone,
  own: ReadonlyMap<string, Holdings>,
  cuts: readonly string[],
  holdings: ReadonlyMap<string, Holdings>,
): Map<string, readonly number[]> {
  const types = new Map<string, readonly number[]>();
  const pools = new Set(zone.pools.map(({ owner }) => owner));
  for (const [name, { rrsets, families }] of own) {
    // A family is listed whichever clients get addresses: a denial for one client would count for all.
    const addresses = [...families].map((family) => (family === 'ipv4' ? TYPE.A : TYPE.AAAA));
    const list = [...rrsets.keys(), ...addresses];
    if (list.length > 0 || pools.has(name)) types.set(name, list);
  }
  for (const cut of cuts) {
    const isSecure = holdings.get(cut)?.rrsets.has(TYPE.DS) ?? false;
    types.set(cut, isSecure ? [TYPE.NS, TYPE.DS] : [TYPE.NS]);
  }
  return types;
}

/** The names directly below each name, in canonical order. */
function childrenOf(apex: string, names: readonly string[]): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const name of [...new Set(names)].sort(compareNames)) {
    if (name === apex) continue;
    const parent = parentOf(name);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [name]);
    else siblings.push(name);
  }
  return children;
}
