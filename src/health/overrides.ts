/**
 * What operators said of mirrors by hand: taken out for a reason, until a time or until they say otherwise. An override
 * stands above every verdict and holds in panic. A store without I/O: the journal writes it, its owner sets the timer.
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
}

export interface Overrides {
  /** Adds an override; one that the mirror already has is replaced and given back. */
  add(override: Override): Override | undefined;
  /** Removes a mirror's override and gives it back; undefined where there is none. */
  remove(zone: string, mirror: string): Override | undefined;
  of(zone: string, mirror: string): Override | undefined;
  /** Removes those whose time has come (`until` <= `now`) and gives them back. */
  expire(now: number): readonly Override[];
  /** The earliest `until`; undefined where none ends by itself. */
  nextExpiry(): number | undefined;
  /** All of them, the oldest entry first. */
  list(): readonly Override[];
}

/** A store that begins with `initial`; the later of two for one mirror wins. */
export function createOverrides(initial: Iterable<Override> = []): Overrides {
  const held = new Map<string, Override>();
  const keyOf = (zone: string, mirror: string): string => JSON.stringify([zone, mirror]);

  function remove(zone: string, mirror: string): Override | undefined {
    const key = keyOf(zone, mirror);
    const found = held.get(key);
    held.delete(key);
    return found;
  }

  function add(override: Override): Override | undefined {
    const replaced = remove(override.zone, override.mirror);
    held.set(keyOf(override.zone, override.mirror), override);
    return replaced;
  }

  for (const override of initial) add(override);

  return {
    add,
    remove,
    of: (zone, mirror) => held.get(keyOf(zone, mirror)),

    expire(now) {
      const ended = [...held.values()].filter(({ until }) => until !== undefined && until <= now);
      for (const { zone, mirror } of ended) remove(zone, mirror);
      return ended;
    },

    nextExpiry() {
      let earliest: number | undefined;
      for (const { until } of held.values()) {
        if (until !== undefined && (earliest === undefined || until < earliest)) earliest = until;
      }
      return earliest;
    },

    list: () => [...held.values()],
  };
}
