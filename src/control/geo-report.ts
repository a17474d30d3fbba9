/**
 * What is said of location databases and of fetching them, as JSON.
 */

/** A location database that serves. */
export interface GeoReport {
  /** The database's own name of its type, such as GeoLite2-City. */
  readonly type: string;
  /** `kept`: the last good copy of one that can't be used. */
  readonly source: 'configured' | 'updated' | 'kept' | 'embedded';
  /** When it was made, in seconds since 1970. */
  readonly build_epoch: number;
  readonly path: string;
}

/** A new database that does not serve until somebody has looked at it. */
export interface HeldReport {
  readonly type: string;
  readonly path: string;
  /** When it was made, in seconds since 1970. */
  readonly build_epoch: number;
  /** The part of the pool's downloads that it would move to other mirrors, 0 to 1: of the one of which it would move most. */
  readonly pool: string;
  readonly moved: number;
  readonly since: string;
  /** When it is served whatever is said; absent: never. */
  readonly served_at?: string;
  readonly said?: 'accepted' | 'rejected';
}

/** The location maps of the pools. */
export interface MapsReport {
  /** Octets that the exact ones take together, and may take: `geo.map_memory`. */
  readonly memory: number;
  readonly memory_limit: number;
  /** The pools that have none, since they did not fit or have too many mirrors: their clients are located on a grid. */
  readonly grid: readonly string[];
}

export interface UpdateReport {
  readonly edition: string;
  readonly last_check?: string;
  readonly last_success?: string;
  readonly last_error?: string;
  readonly next_run?: string;
  /** What is waited for at this moment, in words. */
  readonly waiting?: string;
}

export interface GeoUpdateReport {
  readonly editions: readonly {
    readonly edition: string;
    readonly outcome: 'current' | 'updated' | 'failed';
    readonly reason?: string;
  }[];
}
