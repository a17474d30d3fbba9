/**
 * Who may probe now. A mirror that serves several pools is asked by one of them at a time, as it would be unfair to
 * judge it by how it copes with our own crowd; and all probes together stay below a limit, so that a network that
 * swallows everything can't use up our file descriptors.
 */
export interface Turns {
  /**
   * Calls `begin` when nobody else holds `place` and there is room, at once if that is now; those who wait go in the
   * order in which they came. `begin` is given the function that ends the turn. Returns what gives up waiting.
   */
  take(place: string, begin: (end: () => void) => void): () => void;
}

/** Turns of which at most `limit` are held at a time. */
export function createTurns(limit: number): Turns {
  const held = new Set<string>();
  const waiting = new Set<Waiter>();

  function admit(): void {
    for (const waiter of waiting) {
      if (held.size >= limit) return;
      if (held.has(waiter.place)) continue;
      waiting.delete(waiter);
      held.add(waiter.place);
      waiter.begin(() => {
        held.delete(waiter.place);
        admit();
      });
    }
  }

  return {
    take(place, begin) {
      const waiter: Waiter = { place, begin };
      waiting.add(waiter);
      admit();
      return () => waiting.delete(waiter);
    },
  };
}

interface Waiter {
  readonly place: string;
  readonly begin: (end: () => void) => void;
}
