/**
 * The two sides of a selection, a mirror and a client, cut down to what decides between them, and the rules by which an
 * operator keeps a mirror from a client. Networks are ids that a prefix tree has already looked up: the client carries
 * the ids that hold it, so that nothing here reads an address.
 */
import type { Vector } from './distance.js';

/** One mirror in one pool and one family. It has an address there; that it is up is nobody's business here. */
export interface Candidate {
  /** Above 0. */
  readonly weight: number;
  /** Absent: nobody knows where the mirror is. */
  readonly point?: Vector;
  readonly country?: string;
  /** The AS numbers whose clients come here first. */
  readonly asn: readonly number[];
  /** The ids of the networks whose clients come here and nowhere else while it is up. */
  readonly networks: readonly number[];
  /** The clients that may be sent here; all of them where a rule is absent. Every rule that is there must admit. */
  readonly onlyCountries?: readonly string[];
  readonly exceptCountries?: readonly string[];
  readonly onlyNetworks?: readonly number[];
}

/** What is known of where a query comes from. Any part may be unknown. */
export interface Client {
  readonly point?: Vector | undefined;
  readonly country?: string | undefined;
  readonly asn?: number | undefined;
  /** The ids of the networks that hold the client, ascending. */
  readonly networks: readonly number[];
}

/** Whether the mirror's own rules let this client see it. */
export function admits(candidate: Candidate, client: Client): boolean {
  const { onlyNetworks, onlyCountries, exceptCountries } = candidate;
  if (onlyNetworks !== undefined && !meet(onlyNetworks, client.networks)) return false;
  const { country } = client;
  if (country === undefined) return onlyCountries === undefined;
  if (onlyCountries !== undefined && !onlyCountries.includes(country)) return false;
  return exceptCountries === undefined || !exceptCountries.includes(country);
}

/** Why `admits` says no, in words for the operator; undefined where it says yes. */
export function whyNot(candidate: Candidate, client: Client): string | undefined {
  if (admits(candidate, client)) return undefined;
  const { onlyNetworks, onlyCountries, exceptCountries } = candidate;
  if (onlyNetworks !== undefined && !meet(onlyNetworks, client.networks)) {
    return 'only_networks: the client is in none of them';
  }
  const where =
    client.country === undefined ? "the client's country is unknown" : `the client is in ${client.country}`;
  return onlyCountries !== undefined && !onlyCountries.includes(client.country ?? '')
    ? `only_countries: ${onlyCountries.join(', ')}; ${where}`
    : `except_countries: ${(exceptCountries ?? []).join(', ')}; ${where}`;
}

/** Whether two short lists share a number. */
function meet(a: readonly number[], b: readonly number[]): boolean {
  return a.some((id) => b.includes(id));
}
