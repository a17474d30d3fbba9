/**
 * What operators said of mirrors: taken out, or held in, for a reason, until a time or until they say otherwise. An
 * override stands above every verdict and holds in panic. Some are said over the control socket, some by zone files;
 * the former win, since whoever is awake knows more than the file. A store without I/O: the journal writes what was said
 * over the socket, its owner sets the timer.
 */
export interface Override {
  readonly zone: string;
  /** The mirror's name in the zone file: all of its addresses, in all pools. */
  readonly mirror: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** When it ends, in milliseconds since 1970; absent: when it is removed. */
  readonly until?: number;
  /** Who said so, where that is known. */
  readonly by?: string;
  /** The member of the fleet that it was said on; absent: it was said here, or in a file. */
  readonly member?: string;
  /** It is for this server alone, whatever its fleet says. */
  readonly local?: true;
  /** What it makes of the mirror; absent: `down`, in no answer. `up` is as if all probes were good. */
  readonly state?: 'down' | 'up';
  /** The zone file that says so; absent: it was said over the control socket. */
  readonly file?: string;
}

export interface Overrides {
  /** Adds an override; one that the mirror already has is replaced and given back. */
  add(override: Override): Override | undefined;
  /** Removes a mirror's override and gives it back; undefined where there is none. */
  remove(zone: string, mirror: string): Override | undefined;
  /**
   * From now on zone files say these and no others; those whose time has come (`until` <= `now`) are left out. Of several
   * for one mirror the first counts. One that they said before keeps its `since`.
   */
  state(overrides: readonly Override[], now: number): void;
  /** What is in force for a mirror. */
  of(zone: string, mirror: string): Override | undefined;
  /** Removes those whose time has come (`until` <= `now`) and gives them back. */
  expire(now: number): readonly Override[];
  /** The earliest `until`; undefined where none ends by itself. */
  nextExpiry(): number | undefined;
  /** What was said over the control socket, the oldest entry first. */
  list(): readonly Override[];
}

/** A store that begins with `initial`; the later of two for one mirror wins. */
export function createOverrides(initial: Iterable<Override> = []): Overrides {
  const held = new Map<string, Override>();
  /** Those of them that end by themselves: few, whatever is held. */
  const ending = new Set<Override>();
  let stated: readonly Override[] = [];
  let firstStated: ReadonlyMap<string, Override> = new Map();
  // The name of a zone has no blanks.
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
    // Of two entries of a map the later counts.
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

/** Equal for overrides that say the same of the same mirror. */
function wordsOf({ since: _, ...words }: Override): string {
  return JSON.stringify(words);
}
