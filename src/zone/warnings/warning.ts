/**
 * What of a zone is legal and likely wrong. A rule says it of the zone as the program knows it, by the path of the key or
 * value that it is about; where that stands in the file is found when there is something to say (rules.ts).
 */
import type { Point } from '../../platform/types.js';
import type { Fault } from '../faults.js';
import type { Mirror, Zone } from '../model.js';
import type { Path } from '../tree.js';

/** What scripts know it by, and where it is. */
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

/** What a zone does not say itself. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** All zones that are served together. */
  readonly zones: readonly Pick<Zone, 'name' | 'file'>[];
  /** Whether there is a database of AS numbers. */
  readonly hasAsns: () => boolean;
  /** The subdivisions that the location database tells of anybody; none where it tells no subdivisions. */
  readonly subdivisions: () => ReadonlySet<string>;
  /** The country that a mirror is in, as far as the file or a database says. */
  readonly countryOf: (mirror: Mirror) => string | undefined;
  /** The country that a point is in which is far from another country; undefined where it is not, or at sea. */
  readonly straysTo: (point: Point, country: string) => string | undefined;
  /** Whether a point is far from a country, and would be in it with latitude and longitude swapped. */
  readonly isSwapped: (point: Point, country: string) => boolean;
}

export type Rule = (zone: Zone, surroundings: Surroundings) => readonly Remark[];
