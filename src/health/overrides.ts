/**
 * What operators decided about mirrors: taken out or held in, for a reason, until a time or until they remove it. An
 * override stands above every verdict and holds in panic. Some are given over the control socket, others in zone files.
 * Those from the socket win, since the operator at work knows more than the file. A store without I/O: the journal writes
 * what was given over the socket, and the owner of the store sets the timer.
 */
export interface Override {
  readonly zone: string;
  /** The mirror's name in the zone file; it applies to all of its addresses, in all pools. */
  readonly mirror: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** When it ends, in milliseconds since 1970; absent: only when it is removed. */
  readonly until?: number;
  /** Who gave it, if known. */
  readonly by?: string;
  /** The member of the fleet that it was given on; absent: this one, or a file. */
  readonly member?: string;
  /** It applies to this server alone, whatever its fleet says. */
  readonly local?: true;
  /** The state it gives the mirror. Absent: `down`, in no answer. `up` is as if all probes were good. */
  readonly state?: 'down' | 'up';
  /** The zone file that it stands in; absent: it was given over the control socket. */
  readonly file?: string;
}

export interface Overrides {
  /** Adds an override. If the mirror already has one, replaces it and returns the old one. */
  add(override: Override): Override | undefined;
  /** Removes and returns a mirror's override; undefined if there is none. */
  remove(zone: string, mirror: string): Override | undefined;
  /**
   * Replaces the overrides from zone files. Those that have ended (`until` <= `now`) are left out. The first of several
   * for one mirror counts. An unchanged override keeps its `since`.
   */
  state(overrides: readonly Override[], now: number): void;
  /** The override in force for a mirror. */
  of(zone: string, mirror: string): Override | undefined;
  /** Removes and returns those that have ended (`until` <= `now`). */
  expire(now: number): readonly Override[];
  /** The earliest `until`; undefined if none has one. */
  nextExpiry(): number | undefined;
  /** The overrides from the control socket, the oldest entry first. */
  list(): readonly Override[];
}

/** Creates a store that holds `initial`; the later of two for one mirror wins. */
export function createOverrides(initial: Iterable<Override> = []): Overrides {
  const held = new Map<string, Override>();
  /** Those of them with an end: few, however many are held. */
  const ending = new Set<Override>();
  let stated: readonly Override[] = [];
  let firstStated: ReadonlyMap<string, Override> = new Map();
  // Zone names contain no spaces.
  const keyOf = ({ zone, mirror }: Pick<Override, 'zone' | 'mirror'>): string => `${zone} ${mirror}`;

  function remove(zone: string, mirror: string): Override | undefined {
    const key = keyOf({ zone, mirror });
    const found = held.get(key);
    if (found === undefined) return undefined;
    held.delete(key);
    ending.delete(found);
    return found;
  }

  function add(override: Override): Override | undefined {
    const replaced = remove(override.zone, override.mirror);
    held.set(keyOf(override), override);
    if (override.until !== undefined) ending.add(override);
    return replaced;
  }

  function setStated(overrides: readonly Override[]): void {
    stated = overrides;
    // The later of two equal keys wins in a Map, hence reversed: the first override counts.
    firstStated = new Map(stated.toReversed().map((override) => [keyOf(override), override]));
  }

  for (const override of initial) add(override);

  return {
    add,
    remove,

    state(overrides, now) {
      const before = new Map(stated.map((override) => [wordsOf(override), override]));
      setStated(
        overrides
          .filter((override) => !isOver(override, now))
          .map((override) => before.get(wordsOf(override)) ?? override),
      );
    },

    of(zone, mirror) {
      const key = keyOf({ zone, mirror });
      return held.get(key) ?? firstStated.get(key);
    },

    expire(now) {
      const ended = [...ending].filter((override) => isOver(override, now));
      for (const { zone, mirror } of ended) remove(zone, mirror);
      const gone = stated.filter((override) => isOver(override, now));
      if (gone.length > 0) setStated(stated.filter((override) => !isOver(override, now)));
      return [...ended, ...gone];
    },

    nextExpiry() {
      let earliest: number | undefined;
      for (const { until } of [...ending, ...stated]) {
        if (until !== undefined && (earliest === undefined || until < earliest)) earliest = until;
      }
      return earliest;
    },

    list: () => [...held.values()],
  };
}

function isOver({ until }: Override, now: number): boolean {
  return until !== undefined && until <= now;
}

/** Equal for overrides that differ only in `since`. */
function wordsOf({ since: _, ...words }: Override): string {
  return JSON.stringify(words);
}
