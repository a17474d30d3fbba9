/**
 * Which catchments a seat is listed in: the other way round from how they are kept. A verdict has to find those that it
 * touches, and to look for one mirror through the lists of tens of thousands of catchments took 10 ms, a good part of the
 * time until the dead are out of the answers.
 */
import { type Catchments, catchmentCount, listedBandSizes, listedSeats } from './catchment-store.js';

export interface SeatIndex {
  /** Where each seat's catchments start in `listed`; one more for the end of the last. */
  readonly starts: Uint32Array;
  readonly listed: Uint32Array;
  /** For each of those, the number of the band that the seat is in there, from 0; FARTHEST for all behind. */
  readonly bands: Uint8Array;
}

/** The reach of a catchment whose last band was looked at: of that band there is no list, so anybody may be in it. */
export const EVERYBODY = 0xffff_ffff;
/** So few bands are looked at that to find a seat in one of more than these would be no loss. */
const FARTHEST = 0xff;

/** The index of all catchments; a seat in the last band of one is not listed there. */
export function indexSeats(catchments: Catchments): SeatIndex {
  const count = catchmentCount(catchments);
  const starts = new Uint32Array(catchments.candidates + 1);
  for (let catchment = 0; catchment < count; catchment++) {
    for (const seat of listedSeats(catchments, catchment)) starts[seat + 1] = (starts[seat + 1] ?? 0) + 1;
  }
  for (let seat = 0; seat < catchments.candidates; seat++) {
    starts[seat + 1] = (starts[seat + 1] ?? 0) + (starts[seat] ?? 0);
  }
  const listed = new Uint32Array(starts.at(-1) ?? 0);
  const bands = new Uint8Array(listed.length);
  const next = starts.slice();
  for (let catchment = 0; catchment < count; catchment++) {
    const seats = listedSeats(catchments, catchment);
    let member = 0;
    for (const [band, size] of listedBandSizes(catchments, catchment).entries()) {
      for (const end = member + size; member < end; member++) {
        const seat = seats[member] ?? 0;
        const at = next[seat] ?? 0;
        listed[at] = catchment;
        bands[at] = Math.min(band, FARTHEST);
        next[seat] = at + 1;
      }
    }
  }
  return { starts, listed, bands };
}

/** The catchments, each once, that have one of these seats within their reach: by catchment, bands that count, or EVERYBODY. */
export function catchmentsWith(
  seats: readonly number[],
  reaches: Uint32Array,
  { starts, listed, bands }: SeatIndex,
): number[] {
  const seen = new Uint8Array(reaches.length);
  const found: number[] = [];
  if (seats.length === 0) return found;
  for (const seat of seats) {
    for (let at = starts[seat] ?? 0; at < (starts[seat + 1] ?? 0); at++) {
      const catchment = listed[at] ?? 0;
      if (seen[catchment] === 1 || (bands[at] ?? 0) >= (reaches[catchment] ?? 0)) continue;
      seen[catchment] = 1;
      found.push(catchment);
    }
  }
  for (let catchment = 0; catchment < reaches.length; catchment++) {
    if (reaches[catchment] === EVERYBODY && seen[catchment] === 0) found.push(catchment);
  }
  return found;
}
