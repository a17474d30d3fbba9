/**
 * The two sides of a selection, a mirror and a client, reduced to what decides between them, and the rules by which an
 * operator keeps a mirror from a client. Networks are ids that a prefix tree has already looked up: the client has the ids
 * of the networks that contain it, so that nothing here reads an address.
 */
import type { Region } from '../platform/types.js';
import type { Vector } from './distance.js';

/** The clients that may be sent to a mirror or pool. An absent rule admits all; every rule that is present must admit. */
export interface CandidateRules {
  readonly onlyCountries?: readonly string[];
  readonly exceptCountries?: readonly string[];
  readonly onlyAsn?: readonly number[];
  readonly exceptAsn?: readonly number[];
  /** Ids, as in `networks`. */
  readonly onlyNetworks?: readonly number[];
  readonly exceptNetworks?: readonly number[];
}

/** One mirror in one pool and one family, in which it has an address. Whether that is up does not matter here. */
export interface Candidate extends CandidateRules {
  /** Above 0. */
  readonly weight: number;
  /** Absent: the mirror's location is unknown. */
  readonly point?: Vector;
  readonly country?: string;
  /** The AS numbers whose clients prefer this mirror. */
  readonly asn: readonly number[];
  /** The ids of the networks whose clients are sent only here while it is up. */
  readonly networks: readonly number[];
  /** By list of the pool's order: its entry, from 0, or NO_ENTRY. Absent: the pool has no order. */
  readonly entries?: readonly number[];
  /** It is answered only if fewer non-backups are up than an answer has addresses. */
  readonly isBackup?: true;
  /** The rules of its pool, which must also admit a client. */
  readonly ofPool?: CandidateRules;
}

/** What is known of where a query comes from. Any part may be unknown. */
export interface Client {
  readonly point?: Vector | undefined;
  readonly country?: string | undefined;
  readonly region?: Region | undefined;
  readonly asn?: number | undefined;
  /** The ids of the networks that contain the client, ascending. */
  readonly networks: readonly number[];
}

/** Whether the mirror's own rules and those of its pool admit this client. */
export function admits(candidate: Candidate, client: Client): boolean {
  return (
    admitsBy(candidate, client) && (candidate.ofPool === undefined || admitsBy(candidate.ofPool, client))
  );
}

/** Unknown properties of a client match no list: `only` rules do not admit it, `except` rules do. */
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

/** Its rules, then those of its pool; undefined for those that are absent. */
export function rulesOf(candidate: Candidate): readonly (readonly (string | number)[] | undefined)[] {
  return [candidate, candidate.ofPool ?? {}].flatMap((rules: CandidateRules) =>
    RULE_NAMES.map((name) => rules[name]),
  );
}

/** Whether any rule may exclude clients from it. */
export function hasRules(candidate: Candidate): boolean {
  return rulesOf(candidate).some((rule) => rule !== undefined);
}

/** The AS numbers that its selection depends on. */
export function asnsOf({ asn, onlyAsn = [], exceptAsn = [], ofPool = {} }: Candidate): readonly number[] {
  return [...asn, ...onlyAsn, ...exceptAsn, ...(ofPool.onlyAsn ?? []), ...(ofPool.exceptAsn ?? [])];
}

/** Why `admits` returns false, in words for the operator; undefined if it returns true. */
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
