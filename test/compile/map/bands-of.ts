/** The bands of a catchment, read back from its words. */
import { CATCHMENT, type Catchments, TIERS } from '../../../src/answer/catchments.js';
import { type Band, bandsOfList } from '../../../src/select/band-list.js';

export function bandsOfCatchment({ candidates, starts, words }: Catchments, number: number): Band[] {
  const at = starts[number] ?? 0;
  const count = words[at + CATCHMENT.BANDS] ?? 0;
  const word = (band: number, which: number): number => words[at + CATCHMENT.HEAD + 2 * band + which] ?? 0;
  const bands = Array.from({ length: count }, (_, band) => band);
  const rest = words[at + CATCHMENT.REST] ?? 0;
  return bandsOfList(
    {
      tiers: bands.map((band) => TIERS[word(band, 0)] ?? 'far'),
      sizes: bands.map((band) => word(band, 1)),
      members: words.subarray(at + CATCHMENT.HEAD + 2 * count, starts[number + 1]),
      ...(rest > 0 && { rest: TIERS[rest - 1] ?? 'far' }),
    },
    candidates,
  );
}
