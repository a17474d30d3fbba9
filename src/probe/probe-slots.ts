/**
 * Which probes may run now. A mirror that serves several pools is probed for one of them at a time: it would be unfair to
 * judge it by how it copes with our own probes. All probes together stay below a limit, so that a network that drops
 * everything can't use up our file descriptors.
 *
 * With twenty thousand checks in doubt, thousands wait, so no operation scans all of them. A waiter whose place is taken
 * stands in that place's line. One that only waits for room is in a heap with the earliest at the top.
 */
export interface ProbeSlots {
  /**
   * Calls `begin` when `place` is free and there is room, immediately if that is the case now. Waiters are served in the
   * order in which they came. An urgent one does not wait for its place. `begin` receives the function that ends the turn.
   * Returns a function that stops waiting.
   */
  take(place: string, begin: (end: () => void) => void, urgent?: boolean): () => void;
}

interface Waiter {
  readonly number: number;
  readonly place: string;
  readonly begin: (end: () => void) => void;
  readonly urgent: boolean;
  /** It no longer waits. */
  gone: boolean;
}

interface AddressSlot {
  holders: number;
  /** The waiters for this place, in order. */
  readonly line: Set<Waiter>;
  /** The first of them, and whether it waits only for room. */
  next: Waiter | undefined;
  isReady: boolean;
}

/** Allows at most `limit` turns at a time. */
export function createProbeSlots(limit: number): ProbeSlots {
  const places = new Map<string, AddressSlot>();
  /** A binary heap by number: each waiter is above two later ones. */
  const ready: Waiter[] = [];
  let total = 0;
  let numbers = 0;

  function placeOf(name: string): AddressSlot {
    const known = places.get(name);
    if (known !== undefined) return known;
    const place: AddressSlot = { holders: 0, line: new Set(), next: undefined, isReady: false };
    places.set(name, place);
    return place;
  }

  /** From now on the first waiter of a free place waits only for room. */
  function advance(name: string, place: AddressSlot): void {
    if (place.holders > 0 || place.isReady) return;
    const [first = undefined] = place.next === undefined ? place.line : [place.next];
    place.next = first;
    if (first === undefined) {
      places.delete(name);
      return;
    }
    place.line.delete(first);
    place.isReady = true;
    push(ready, first);
  }

  function admit(): void {
    while (total < limit) {
      const waiter = pop(ready);
      if (waiter === undefined) return;
      const place = placeOf(waiter.place);
      if (place.next === waiter) place.isReady = false;
      // An urgent one may have taken its place in the meantime.
      if (!waiter.gone && !waiter.urgent && place.holders > 0) continue;
      if (place.next === waiter) place.next = undefined;
      if (waiter.gone) advance(waiter.place, place);
      else start(waiter, place);
    }
  }

  function start({ place: name, begin }: Waiter, place: AddressSlot): void {
    let ended = false;
    total += 1;
    place.holders += 1;
    begin(() => {
      if (ended) return;
      ended = true;
      total -= 1;
      place.holders -= 1;
      advance(name, place);
      admit();
    });
  }

  return {
    take(name, begin, urgent = false) {
      const waiter: Waiter = { number: numbers++, place: name, begin, urgent, gone: false };
      const place = placeOf(name);
      if (urgent) push(ready, waiter);
      else {
        place.line.add(waiter);
        advance(name, place);
      }
      admit();
      return () => {
        waiter.gone = true;
        place.line.delete(waiter);
      };
    },
  };
}

function push(heap: Waiter[], waiter: Waiter): void {
  let at = heap.push(waiter) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const other = heap[above];
    if (other === undefined || other.number < waiter.number) break;
    heap[at] = other;
    at = above;
  }
  heap[at] = waiter;
}

/** Removes and returns the top of the heap. */
function pop(heap: Waiter[]): Waiter | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const isLeft = right === undefined || (left !== undefined && left.number < right.number);
    const below = isLeft ? left : right;
    if (below === undefined || below.number > last.number) break;
    heap[at] = below;
    at = 2 * at + (isLeft ? 1 : 2);
  }
  heap[at] = last;
  return first;
}
