/**
 * The catchments of a pool that wait to be dealt anew: first come, first served, but for those whose clients would be sent to
 * dead mirrors until then. Whoever waits keeps the place in line, however often its mirrors' verdicts change meanwhile, and is
 * dealt as they stand when its turn comes: so a mirror that flaps holds nobody up for ever.
 */

export interface WaitingLine {
  /** Has a catchment wait, if it does not yet. */
  add(catchment: number, urgent: boolean): void;
  /** Whose turn it is, which waits no more; undefined where nobody waits. */
  next(): number | undefined;
  /** How many wait. */
  length(): number;
  /** Whether an urgent one waits. */
  isUrgent(): boolean;
  /** A mark for those who wait now, which `isPast` says to be behind once all of them had their turn. */
  end(): number;
  isPast(mark: number): boolean;
  fork(): WaitingLine;
}

const WAITS = 1;
const IN_LINE = 2;
const URGENT = 4;

interface Places {
  /** By catchment. One may be in line and not wait: its turn came early. It is passed over then. */
  readonly flags: Uint8Array;
  /** Around in a circle, each at most once. */
  readonly line: Uint32Array;
  /** Places given so far, and those of them that had their turn. */
  given: number;
  past: number;
  waiting: number;
  readonly urgent: number[];
}

/** A line for so many catchments, with nobody in it. */
export function createWaitingLine(catchments: number): WaitingLine {
  return lineOf({
    flags: new Uint8Array(catchments),
    line: new Uint32Array(catchments),
    given: 0,
    past: 0,
    waiting: 0,
    urgent: [],
  });
}

function lineOf(places: Places): WaitingLine {
  const { flags, line, urgent } = places;
  const has = (catchment: number, flag: number): boolean => ((flags[catchment] ?? 0) & flag) !== 0;

  function turnOf(catchment: number): number {
    flags[catchment] = (flags[catchment] ?? 0) & IN_LINE;
    places.waiting--;
    return catchment;
  }

  return {
    add(catchment, isUrgent) {
      if (!has(catchment, WAITS)) places.waiting++;
      if (!has(catchment, IN_LINE)) line[places.given++ % line.length] = catchment;
      flags[catchment] = (flags[catchment] ?? 0) | WAITS | IN_LINE;
      if (!isUrgent || has(catchment, URGENT)) return;
      flags[catchment] = (flags[catchment] ?? 0) | URGENT;
      urgent.push(catchment);
    },
    next() {
      const first = urgent.pop();
      if (first !== undefined) return turnOf(first);
      while (places.past < places.given) {
        const catchment = line[places.past++ % line.length] ?? 0;
        const waits = has(catchment, WAITS);
        flags[catchment] = (flags[catchment] ?? 0) & ~IN_LINE;
        if (waits) return turnOf(catchment);
      }
      return undefined;
    },
    length: () => places.waiting,
    isUrgent: () => urgent.length > 0,
    end: () => places.given,
    isPast: (mark) => places.waiting === 0 || places.past >= mark,
    fork: () => lineOf({ ...places, flags: flags.slice(), line: line.slice(), urgent: [...urgent] }),
  };
}
