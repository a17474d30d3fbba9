/**
 * Finds the catchments of clients in one geography, and numbers them in the order found.
 */
import type { Catchments } from '../../answer/catchments.js';
import type { Client } from '../../select/candidate.js';
import { createClientFormer } from '../../select/refused.js';
import type { GeographyPlan } from '../pool-plan.js';
import { createCatchmentStore } from './catchment-store.js';
import type { Places } from './places.js';

export interface CatchmentFinder {
  /** Returns the number of a client's catchment. Its networks are ids in ascending order. */
  find(client: Client): number;
  /** Returns the catchments of clients at all places who are in no AS and no network that a mirror names. */
  findAll(places: Places): Int32Array;
  /** The catchments found so far. */
  all(): Catchments;
}

/** Kilometres by which arithmetic may be off. */
const ROUNDING = 0.001;

export function createCatchmentFinder(plan: GeographyPlan): CatchmentFinder {
  const former = createClientFormer(plan);
  const catchments = createCatchmentStore(plan.candidates.length);
  /** Catchment numbers, by client key. */
  const numbers: number[] = [];

  const find = (client: Client): number => {
    const key = former.key(client);
    if (key === undefined) return catchments.add(former.list(client));
    const known = numbers[key];
    if (known !== undefined) return known;
    const number = catchments.add(former.list(client));
    numbers[key] = number;
    return number;
  };

  return {
    find,
    all: () => catchments.all(),
    findAll({ table, clientAt, squares }) {
      const found = new Int32Array(table.count);
      // The first place is the unknown one, and gets the first catchment.
      found[0] = find(clientAt(0));
      const wholes = new Int32Array(squares.radii.length);
      for (let square = 0; square < wholes.length; square++) {
        const catchment = find(squares.middleOf(square));
        wholes[square] = former.slack() > (squares.radii[square] ?? 0) + ROUNDING ? catchment : -1;
      }
      for (let place = 1; place < found.length; place++) {
        const whole = wholes[squares.of[place] ?? -1] ?? -1;
        found[place] = whole >= 0 ? whole : find(clientAt(place));
      }
      return found;
    },
  };
}
