/**
 * The delegated names of a zone, and the referrals that send a query for such a name, or for a name below it, to its name
 * servers (RFC 1034 §4.3.2 step 3b).
 */
import { RCODE, TYPE } from '../../wire/codes.js';
import type { StaticRrset, Zone } from '../../zone/model.js';
import { isWithin } from '../../zone/names.js';
import type { Answer, NodeAnswers } from './answers.js';
import type { Entry, Section } from './body-writer.js';
import { recordData, typeNumber } from './record-data.js';
import type { Say } from './say.js';
import type { SignedZone } from './signed-zone.js';

export interface Delegations {
  /** The delegated names. */
  readonly cuts: readonly string[];
  /** The delegated name that a name of the zone is, or is below. */
  cutOf(name: string): string | undefined;
  /** The DS records of a delegated name, if it has any. */
  ds(cut: string): StaticRrset | undefined;
  /** The name servers of a delegated name, and those of their addresses that are known. */
  servers(cut: string): readonly Entry[];
  addresses(cut: string): readonly Entry[];
}

/** Collects what the zone delegates. */
export function delegationsOf(zone: Zone): Delegations {
  const servers = new Map<string, StaticRrset>();
  const signers = new Map<string, StaticRrset>();
  const addresses = new Map<string, StaticRrset[]>();
  for (const rrset of zone.records) {
    if (rrset.type === 'NS') servers.set(rrset.owner, rrset);
    if (rrset.type === 'DS') signers.set(rrset.owner, rrset);
    if (rrset.type === 'A' || rrset.type === 'AAAA')
      addresses.set(rrset.owner, [...(addresses.get(rrset.owner) ?? []), rrset]);
  }
  return {
    cuts: [...servers.keys()],
    cutOf(name) {
      for (let at = name; at !== zone.name && at !== ''; at = at.slice(at.indexOf('.') + 1))
        if (servers.has(at)) return at;
      return undefined;
    },
    ds: (cut) => signers.get(cut),
    servers(cut) {
      const ns = servers.get(cut);
      return ns === undefined ? [] : entriesOf(ns, 'ns');
    },
    addresses(cut) {
      const targets =
        servers.get(cut)?.data.flatMap((record) => (record.type === 'NS' ? record.target : [])) ?? [];
      // RFC 9471 §3.1: servers inside the cut can't be reached without their addresses; other servers' addresses can be
      // looked up.
      const glue = targets.filter((target) => isWithin(target, cut));
      const others = targets.filter((target) => !isWithin(target, cut));
      const addressesOf = (names: readonly string[], section: Section): Entry[] =>
        names.flatMap((name) => addresses.get(name) ?? []).flatMap((rrset) => entriesOf(rrset, section));
      return [...addressesOf(glue, 'glue'), ...addressesOf(others, 'ar')];
    },
  };
}

/** What the answers at and below a cut are made from. */
export interface Delegating {
  readonly delegations: Delegations;
  readonly soa: Entry;
  readonly say: Say;
  readonly signed?: SignedZone;
}

/** The answers of a delegated name: everything except DS is left to its name servers. */
export function prepareCut(cut: string, zone: Delegating): NodeAnswers {
  const referral = referTo(cut, zone);
  return { byType: new Map([[TYPE.DS, answerDs(cut, zone)]]), otherwise: referral, below: referral };
}

export function referTo(cut: string, { delegations, say, signed }: Delegating): Answer {
  const servers = delegations.servers(cut);
  const addresses = delegations.addresses(cut);
  // RFC 4035 §3.1.4: the DS, or the proof that there is none.
  const ds = delegations.ds(cut);
  const secure = ds === undefined ? [signed?.nsec(cut)].flatMap((nsec) => nsec ?? []) : entriesOf(ds, 'ns');
  return say({
    rcode: RCODE.NOERROR,
    referral: true,
    entries: [...servers, ...addresses],
    dnssec: [...servers, ...secure, ...addresses],
    asked: cut,
  });
}

/** RFC 4035 §3.1.4.1: DS at a cut belongs to the zone above it. */
export function answerDs(cut: string, { delegations, soa, say, signed }: Delegating): Answer {
  const ds = delegations.ds(cut);
  const proofs = ds === undefined && signed !== undefined ? [signed.proofOf(cut)] : [];
  const entries = ds === undefined ? [soa] : entriesOf(ds, 'an');
  return say({ rcode: RCODE.NOERROR, entries, proofs, asked: cut });
}

function entriesOf(rrset: StaticRrset, section: Section): Entry[] {
  const { owner: name, ttl } = rrset;
  const type = typeNumber(rrset.type);
  return recordData(rrset).map((data) => ({ owner: { kind: 'name', name }, type, ttl, data, section }));
}
