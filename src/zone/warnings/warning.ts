/**
 * What is legal in a zone, but likely wrong. A rule looks at the zone as the program knows it, and gives the path of the
 * key or value concerned. The position in the file is looked up only if there is a warning (rules.ts).
 */
import type { Point } from '../../platform/types.js';
import type { Fault } from '../faults.js';
import type { Mirror, Zone } from '../model.js';
import type { Path } from '../tree.js';

/** A warning with its place, and the code that scripts recognise it by. */
export interface Warning extends Fault {
  readonly code: string;
}

/** A warning before it has a place. */
export interface Remark {
  readonly path: Path;
  /** Default: key. */
  readonly of?: 'key' | 'value';
  readonly message: string;
}

/** What rules need to know besides the zone. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** All zones that are served together with it. */
  readonly zones: readonly Pick<Zone, 'name' | 'file'>[];
  /** Whether there is a database of AS numbers. */
  readonly hasAsns: () => boolean;
  /** The subdivisions that occur in the location database. Empty if it has no subdivisions. */
  readonly subdivisions: () => ReadonlySet<string>;
  /** The country of a mirror, as far as the file or a database knows it. */
  readonly countryOf: (mirror: Mirror) => string | undefined;
  /** The country that a point is in, if the point is far from `country`. Undefined if it is not far, or at sea. */
  readonly straysTo: (point: Point, country: string) => string | undefined;
  /** Whether a point is far from a country, and would be in it with latitude and longitude swapped. */
  readonly isSwapped: (point: Point, country: string) => boolean;
}

export type Rule = (zone: Zone, surroundings: Surroundings) => readonly Remark[];
