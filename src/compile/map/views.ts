/**
 * A view: how one geography sees the places of a database, that is, which catchment the clients at each place belong to, and
 * how that changes with what else is known of them.
 */
import type { Catchments } from '../../answer/catchments.js';
import { asnsOfPlan, type GeographyPlan } from '../pool-plan.js';
import { createCatchmentFinder } from './catchments.js';
import type { Layer } from './layers.js';
import type { Places } from './places.js';

/** How many places are checked for an estimate. */
const SOME = 64;

export interface View {
  /** By place: its catchment if nothing else is known of its clients. */
  readonly plain: Int16Array | Int32Array;
  /** Whether it tells any clients apart, as far as is known before networks and AS numbers are located. */
  readonly tellsClientsApart: boolean;
  /**
   * The catchment of clients at a place in a layer. For special-purpose addresses in no network of a mirror, it is ~ the
   * catchment of unplaced clients.
   */
  see(place: number, layer: Layer): number;
  /** The catchments found so far. */
  catchments(): Catchments;
}

export function viewPlaces(plan: GeographyPlan, places: Places): View {
  const finder = createCatchmentFinder(plan);
  const plain = shortened(finder.findAll(places));
  const named = new Set(asnsOfPlan(plan));
  const idsOf = new Map<Layer, readonly number[]>();
  const idsIn = (layer: Layer): readonly number[] => {
    const ids =
      idsOf.get(layer) ?? plan.networks.flatMap(({ text }, id) => (layer.networks.has(text) ? [id] : []));
    idsOf.set(layer, ids);
    return ids;
  };
  return {
    plain,
    tellsClientsApart: namesClients(plan) || plain.some((catchment) => catchment !== 0),
    catchments: () => finder.all(),
    see(place, layer) {
      const networks = idsIn(layer);
      if (layer.isSpecial) return networks.length === 0 ? ~(plain[0] ?? 0) : finder.find({ networks });
      const asn = named.has(layer.asn) ? layer.asn : undefined;
      if (asn === undefined && networks.length === 0) return plain[place] ?? 0;
      return finder.find({ ...places.clientAt(place), asn, networks });
    },
  };
}

/**
 * An estimate of whether the view of a plan will tell clients apart, from some places that are far apart in the database.
 */
export function seemsToTellClientsApart(plan: GeographyPlan, { table, clientAt }: Places): boolean {
  if (namesClients(plan)) return true;
  const { find } = createCatchmentFinder(plan);
  const step = Math.max(1, Math.floor(table.count / SOME));
  for (let place = 0; place < table.count; place += step) {
    if (find(clientAt(place)) !== 0) return true;
  }
  return false;
}

function namesClients(plan: GeographyPlan): boolean {
  return plan.networks.length > 0 || asnsOfPlan(plan).length > 0;
}

/** Halves the memory, if possible: there may be hundreds of views. */
function shortened(found: Int32Array): Int16Array | Int32Array {
  return found.every((catchment) => catchment < 0x8000) ? Int16Array.from(found) : found;
}
