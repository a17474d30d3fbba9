/**
 * Which list of a pool's order applies to a client, for explanations.
 */
import type { Client } from '../select/candidate.js';
import { matchFinder, type OrderMatch } from '../select/order.js';
import type { GeographyPlan } from './pool-plan.js';

export interface ExplainedOrder {
  readonly name: string;
  /** What the list for this client is keyed by; absent: no list applies to it. */
  readonly by?: OrderMatch['by'];
  /** The network, AS, subdivision, country or continent that the list is for; absent for the default. */
  readonly key?: string | number;
}

/** Explains a pool's order for a client; undefined if the pool has none. */
export function explainOrder(
  { settings: { order }, networks }: GeographyPlan,
  client: Client,
): ExplainedOrder | undefined {
  if (order === undefined) return undefined;
  const { name } = order;
  const match = matchFinder(order)(client);
  if (match === undefined) return { name };
  const { by } = match;
  if (by === 'default') return { name, by };
  return { name, by, key: by === 'networks' ? (networks[match.key]?.text ?? '') : match.key };
}

/** `order world, countries: BR`. */
export function describeOrder({ name, by, key }: ExplainedOrder): string {
  const which = by === undefined ? 'no list for this client' : key === undefined ? by : `${by}: ${key}`;
  return `order ${name}, ${which}`;
}
