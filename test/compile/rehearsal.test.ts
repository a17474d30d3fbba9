/** Verdicts on a few catchments of a large pool: they come to an end, and only a large pool has them. */
import t from 'tap';
import { openRehearsal } from '../../src/compile/rehearsal.js';
import { seededRandom } from '../../src/random.js';
import type { Band } from '../../src/select/bands.js';
import { geographyOf, planOf } from './decks.js';

const SEATS = 30;
const plan = planOf(Array.from({ length: SEATS }, () => ({ weight: 1 })));

/** So many catchments of five mirrors each and all others far away. */
function manyCatchments(count: number): Band[][] {
  return Array.from({ length: count }, (_, i) => {
    const near = Array.from({ length: 5 }, (_, j) => (i + j * (1 + (i % 5))) % SEATS);
    const members = [...new Set(near)];
    return [{ tier: 'near', members }];
  });
}

/** How often it was gone on with, each time for one deal. */
function stepsOf(catchments: number): { readonly steps: number; readonly again: boolean } {
  const rehearsal = openRehearsal([plan], [geographyOf(manyCatchments(catchments))], seededRandom(1));
  let steps = 0;
  for (; ; steps++) {
    let dealt = 0;
    if (!rehearsal.goOn(() => dealt++ > 0)) break;
    if (steps > 100_000) throw new Error('it does not end');
  }
  return { steps, again: rehearsal.goOn(() => false) };
}

t.test('a large pool', async (t) => {
  const { steps, again } = stepsOf(2100);
  t.ok(steps > 120, 'it is dealt a piece at a time, as long as the caller likes');
  t.notOk(again, 'and once');
});

t.test('a small one is quick without', async (t) => {
  t.same(stepsOf(200), { steps: 0, again: false });
});
