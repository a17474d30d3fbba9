/**
 * Reports on location databases and on fetching them, as JSON.
 */

/** A location database in use. */
export interface GeoReport {
  /** The type named in the database, such as GeoLite2-City. */
  readonly type: string;
  /** `kept`: the last good copy, in place of one that can't be used. */
  readonly source: 'configured' | 'updated' | 'kept' | 'embedded';
  /** When it was made, in seconds since 1970. */
  readonly build_epoch: number;
  readonly path: string;
}

/** A new database that is held back until an operator has looked at it. */
export interface HeldReport {
  readonly type: string;
  readonly path: string;
  /** When it was made, in seconds since 1970. */
  readonly build_epoch: number;
  /** The pool in which it would move most downloads to other mirrors; `moved` is the fraction of them, 0 to 1. */
  readonly pool: string;
  readonly moved: number;
  readonly since: string;
  /** When it is served without a decision; absent: never. */
  readonly served_at?: string;
  readonly said?: 'accepted' | 'rejected';
}

/** The location maps of the pools. */
export interface MapsReport {
  /** Octets that the exact maps take together, and their limit: `geo.map_memory`. */
  readonly memory: number;
  readonly memory_limit: number;
  /** Pools without an exact map, since it did not fit or they have too many mirrors: their clients are located on a grid. */
  readonly grid: readonly string[];
}

export interface UpdateReport {
  readonly edition: string;
  readonly last_check?: string;
  readonly last_success?: string;
  readonly last_error?: string;
  readonly next_run?: string;
  /** What it is waiting for, in words. */
  readonly waiting?: string;
}

export interface GeoUpdateReport {
  readonly editions: readonly {
    readonly edition: string;
    readonly outcome: 'current' | 'updated' | 'failed';
    readonly reason?: string;
  }[];
}
