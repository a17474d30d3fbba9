/**
 * The two sides of a selection, a mirror and a client, cut down to what decides between them, and the rules by which an
 * operator keeps a mirror from a client. Networks are ids that a prefix tree has already looked up: the client carries
 * the ids that hold it, so that nothing here reads an address.
 */
import type { Region } from '../platform/types.js';
import type { Vector } from './distance.js';

/** The clients that may be sent somewhere: all of them where a rule is absent. Every rule that is there must admit. */
export interface CandidateRules {
  readonly onlyCountries?: readonly string[];
  readonly exceptCountries?: readonly string[];
  readonly onlyAsn?: readonly number[];
  readonly exceptAsn?: readonly number[];
  /** Ids, as in `networks`. */
  readonly onlyNetworks?: readonly number[];
  readonly exceptNetworks?: readonly number[];
}

/** One mirror in one pool and one family. It has an address there; that it is up is nobody's business here. */
export interface Candidate extends CandidateRules {
  /** Above 0. */
  readonly weight: number;
  /** Absent: nobody knows where the mirror is. */
  readonly point?: Vector;
  readonly country?: string;
  /** The AS numbers whose clients come here first. */
  readonly asn: readonly number[];
  /** The ids of the networks whose clients come here and nowhere else while it is up. */
  readonly networks: readonly number[];
  /** By list of the pool's order: the entry that it is in, from 0, or NO_ENTRY; absent: the pool has no order. */
  readonly entries?: readonly number[];
  /** It is answered only where fewer others stand than an answer has addresses. */
  readonly isBackup?: true;
  /** The rules of its pool, which must admit a client as well. */
  readonly ofPool?: CandidateRules;
}

/** What is known of where a query comes from. Any part may be unknown. */
export interface Client {
  readonly point?: Vector | undefined;
  readonly country?: string | undefined;
  readonly region?: Region | undefined;
  readonly asn?: number | undefined;
  /** The ids of the networks that hold the client, ascending. */
  readonly networks: readonly number[];
}

/** Whether the mirror's own rules and those of its pool let this client see it. */
export function admits(candidate: Candidate, client: Client): boolean {
  return (
    admitsBy(candidate, client) && (candidate.ofPool === undefined || admitsBy(candidate.ofPool, client))
  );
}

/** A client of whom nothing is known is in no list: no `only` rule admits it, and every `except` rule does. */
function admitsBy(rules: CandidateRules, { country, asn, networks }: Client): boolean {
  const { onlyCountries, exceptCountries, onlyAsn, exceptAsn, onlyNetworks, exceptNetworks } = rules;
  if (onlyNetworks !== undefined && !meet(onlyNetworks, networks)) return false;
  if (exceptNetworks !== undefined && meet(exceptNetworks, networks)) return false;
  if (onlyAsn !== undefined && (asn === undefined || !onlyAsn.includes(asn))) return false;
  if (exceptAsn !== undefined && asn !== undefined && exceptAsn.includes(asn)) return false;
  if (onlyCountries !== undefined && (country === undefined || !onlyCountries.includes(country)))
    return false;
  return exceptCountries === undefined || country === undefined || !exceptCountries.includes(country);
}

const RULE_NAMES = [
  'onlyCountries',
  'exceptCountries',
  'onlyAsn',
  'exceptAsn',
  'onlyNetworks',
  'exceptNetworks',
] as const satisfies readonly (keyof CandidateRules)[];

/** Its rules, then those of its pool, each undefined where it is absent. */
export function rulesOf(candidate: Candidate): readonly (readonly (string | number)[] | undefined)[] {
  return [candidate, candidate.ofPool ?? {}].flatMap((rules: CandidateRules) =>
    RULE_NAMES.map((name) => rules[name]),
  );
}

/** Whether it may be kept from anybody. */
export function hasRules(candidate: Candidate): boolean {
  return rulesOf(candidate).some((rule) => rule !== undefined);
}

/** The AS numbers that decide about it for some client. */
export function asnsOf({ asn, onlyAsn = [], exceptAsn = [], ofPool = {} }: Candidate): readonly number[] {
  return [...asn, ...onlyAsn, ...exceptAsn, ...(ofPool.onlyAsn ?? []), ...(ofPool.exceptAsn ?? [])];
}

/** Why `admits` says no, in words for the operator; undefined where it says yes. */
export function whyNot(candidate: Candidate, client: Client): string | undefined {
  const own = whyNotBy(candidate, client);
  if (own !== undefined || candidate.ofPool === undefined) return own;
  const ofPool = whyNotBy(candidate.ofPool, client);
  return ofPool === undefined ? undefined : `the pool's ${ofPool}`;
}

function whyNotBy(rules: CandidateRules, client: Client): string | undefined {
  if (admitsBy(rules, client)) return undefined;
  const { onlyCountries, exceptCountries, onlyAsn, exceptAsn, onlyNetworks, exceptNetworks } = rules;
  const { country, asn, networks } = client;
  if (onlyNetworks !== undefined && !meet(onlyNetworks, networks)) {
    return 'only_networks: the client is in none of them';
  }
  if (exceptNetworks !== undefined && meet(exceptNetworks, networks)) {
    return 'except_networks: the client is in one of them';
  }
  const owner = asn === undefined ? "the client's AS is unknown" : `the client is in AS${asn}`;
  if (onlyAsn !== undefined && !onlyAsn.includes(asn ?? 0)) {
    return `only_asn: ${onlyAsn.join(', ')}; ${owner}`;
  }
  if (exceptAsn?.includes(asn ?? 0)) return `except_asn: ${exceptAsn.join(', ')}; ${owner}`;
  const where = country === undefined ? "the client's country is unknown" : `the client is in ${country}`;
  return onlyCountries !== undefined && !onlyCountries.includes(country ?? '')
    ? `only_countries: ${onlyCountries.join(', ')}; ${where}`
    : `except_countries: ${(exceptCountries ?? []).join(', ')}; ${where}`;
}

/** Whether two short lists share a number. */
function meet(a: readonly number[], b: readonly number[]): boolean {
  return a.some((id) => b.includes(id));
}
