/**
 * The clients of the world as a pool tells them apart: how many addresses a database has at each place, and which catchment
 * those addresses see. Other weights, of countries or from counts, are applied on top.
 */
import { partsOfCatchments, placeClients, type WorldWeights } from '../compile/map/catchment-weights.js';
import type { Geography } from '../compile/map/geography.js';
import { locationAt } from '../geo/location-table.js';
import type { CountryTree, LocationTree } from '../geo/place-trees.js';
import { toVector } from '../select/distance.js';
import { countryWeights } from '../zone/world-weights.js';
import type { ClientGroup } from './forecast.js';

/** All clients of a geography with a known country, one for each address. */
export function clientsOf(
  geography: Pick<Geography, 'table'>,
  { tree, locations }: LocationTree,
): ClientGroup[] {
  return placeClients(geography, tree).flatMap(({ catchment, place, addresses }) => {
    const { country, point } = locationAt(locations, place);
    if (country === undefined) return [];
    return { catchment, country, weight: addresses, ...(point !== undefined && { point: toVector(point) }) };
  });
}

/**
 * Returns a function to the clients of geographies over these locations. It keeps the last result, since a pool's families
 * share a geography.
 */
export function clientsOver(locations: LocationTree): (geography: Geography) => readonly ClientGroup[] {
  let last: { readonly geography: Geography; readonly clients: readonly ClientGroup[] } | undefined;
  return (geography) => {
    if (last?.geography !== geography) last = { geography, clients: clientsOf(geography, locations) };
    return last.clients;
  };
}

/**
 * Returns a function to the clients of geographies by country alone, for callers that need no distances. With `world`, each
 * country weighs what that says, its subdivisions together.
 */
export function clientsByCountry(
  countries: CountryTree,
  world: WorldWeights | undefined,
): (geography: Pick<Geography, 'table'>) => readonly ClientGroup[] {
  const weights = world && countryWeights(world);
  return (geography) => {
    const parts = partsOfCatchments(geography, countries);
    const clients = parts.map(({ addresses, ...part }) => ({ ...part, weight: addresses }));
    return weights === undefined ? clients : weighBy(clients, ({ country }) => country, weights);
  };
}

/**
 * The same clients, weighted so that each key, such as a country, weighs what `weights` says. Those of keys without a weight
 * are dropped.
 */
export function weighBy<Key>(
  clients: readonly ClientGroup[],
  keyOf: (client: ClientGroup) => Key,
  weights: Pick<ReadonlyMap<Key, number>, 'get'>,
): ClientGroup[] {
  const sums = new Map<Key, number>();
  for (const client of clients) {
    const key = keyOf(client);
    sums.set(key, (sums.get(key) ?? 0) + client.weight);
  }
  return clients.flatMap((client) => {
    const key = keyOf(client);
    const weight = ((weights.get(key) ?? 0) * client.weight) / (sums.get(key) ?? 1);
    return weight > 0 ? { ...client, weight } : [];
  });
}
