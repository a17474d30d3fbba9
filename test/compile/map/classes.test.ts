/** Classes: what no geography tells apart is one, and each geography knows what it sees of each. */
import t from 'tap';
import { sortIntoClasses } from '../../../src/compile/map/classes.js';
import { type Layer, NO_LAYER } from '../../../src/compile/map/layers.js';
import type { View } from '../../../src/compile/map/views.js';

const AS: Layer = { ...NO_LAYER, asn: 64_500 };

/** A view of some places, which sees clients of the AS as catchment 9 at the first place and no otherwise elsewhere. */
function viewOf(...plain: readonly number[]): View {
  return {
    plain: Int16Array.from(plain),
    tellsClientsApart: true,
    see: (place, layer) => (layer === AS && place === 0 ? 9 : (plain[place] ?? 0)),
    catchments: () => ({ candidates: 0, starts: Uint32Array.of(0), words: new Uint32Array() }),
  };
}
const never = (): boolean => false;

t.test('places are in one class where all views see them alike', async (t) => {
  const classes = sortIntoClasses([viewOf(0, 0, 1, 1, 0), viewOf(0, 2, 2, 2, 0)], never);
  t.same([...(classes?.classOf ?? [])], [0, 1, 2, 2, 0]);
  t.same(classes?.cells, [
    [0, 0, 1],
    [0, 2, 2],
  ]);
});

t.test('what is known besides makes a class of its own, once, and only where a view sees it', async (t) => {
  const classes = sortIntoClasses([viewOf(0, 0, 1), viewOf(0, 2, 2)], never);
  if (classes === undefined) throw new Error('there are not too many');
  t.equal(classes.below(1, AS), classes.classOf[1]);
  const own = classes.below(0, AS);
  t.equal(own, 3);
  t.equal(classes.below(0, AS), own);
  t.same(
    classes.cells.map((cells) => cells[own]),
    [9, 9],
  );
  t.equal(classes.below(0, NO_LAYER), classes.classOf[0]);
});

t.test('too many classes are known before all views are made', async (t) => {
  let made = 0;
  function* views(): Generator<View> {
    for (const plain of [
      [0, 0, 0],
      [0, 1, 2],
      [0, 1, 1],
    ]) {
      made++;
      yield viewOf(...plain);
    }
  }
  t.equal(
    sortIntoClasses(views(), (classes) => classes > 2),
    undefined,
  );
  t.equal(made, 2);
});
