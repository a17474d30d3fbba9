/**
 * Who may probe now. A mirror that serves several pools is asked by one of them at a time, as it would be unfair to
 * judge it by how it copes with our own crowd; and all probes together stay below a limit, so that a network that
 * swallows everything can't use up our file descriptors.
 */
export interface Turns {
  /**
   * Calls `begin` when nobody else holds `place` and there is room, at once if that is now; those who wait go in the
   * order in which they came. One that is urgent does not wait for its place. `begin` is given the function that ends the
   * turn. Returns what gives up waiting.
   */
  take(place: string, begin: (end: () => void) => void, urgent?: boolean): () => void;
}

/** Turns of which at most `limit` are held at a time. */
export function createTurns(limit: number): Turns {
  const held = new Map<string, number>();
  let total = 0;
  const waiting = new Set<Waiter>();

  function admit(): void {
    for (const waiter of waiting) {
      if (total >= limit) return;
      if (!waiter.urgent && held.has(waiter.place)) continue;
      waiting.delete(waiter);
      start(waiter);
    }
  }

  function start({ place, begin }: Waiter): void {
    let ended = false;
    total += 1;
    held.set(place, (held.get(place) ?? 0) + 1);
    begin(() => {
      if (ended) return;
      ended = true;
      total -= 1;
      const left = (held.get(place) ?? 1) - 1;
      if (left > 0) held.set(place, left);
      else held.delete(place);
      admit();
    });
  }

  return {
    take(place, begin, urgent = false) {
      const waiter: Waiter = { place, begin, urgent };
      waiting.add(waiter);
      admit();
      return () => waiting.delete(waiter);
    },
  };
}

interface Waiter {
  readonly place: string;
  readonly begin: (end: () => void) => void;
  readonly urgent: boolean;
}
