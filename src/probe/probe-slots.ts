/**
 * Who may probe now. A mirror that serves several pools is asked by one of them at a time, as it would be unfair to
 * judge it by how it copes with our own crowd; and all probes together stay below a limit, so that a network that
 * swallows everything can't use up our file descriptors.
 *
 * With twenty thousand checks in doubt thousands wait. So nobody goes through them: who waits for a place stands in its
 * line, and who waits for room alone is in a heap, the first to come on top.
 */
export interface ProbeSlots {
  /**
   * Calls `begin` when nobody else holds `place` and there is room, at once if that is now; those who wait go in the
   * order in which they came. One that is urgent does not wait for its place. `begin` is given the function that ends the
   * turn. Returns what gives up waiting.
   */
  take(place: string, begin: (end: () => void) => void, urgent?: boolean): () => void;
}

interface Waiter {
  readonly number: number;
  readonly place: string;
  readonly begin: (end: () => void) => void;
  readonly urgent: boolean;
  /** It has given up. */
  gone: boolean;
}

interface AddressSlot {
  holders: number;
  /** Those who wait for it, in order. */
  readonly line: Set<Waiter>;
  /** The first of them, and whether it waits for room alone. */
  next: Waiter | undefined;
  isReady: boolean;
}

/** Turns of which at most `limit` are held at a time. */
export function createProbeSlots(limit: number): ProbeSlots {
  const places = new Map<string, AddressSlot>();
  /** A binary heap by number: each is above two that came later. */
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

  /** Whoever is first at a place that nobody holds waits for room from now on. */
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
      // An urgent one may have taken its place meanwhile.
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

/** Takes the first off the heap. */
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
