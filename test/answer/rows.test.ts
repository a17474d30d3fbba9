/** Where rows live: each is found until it is overwritten, the oldest first, and those in use stay. */
import fc from 'fast-check';
import t from 'tap';
import {
  isOld,
  makeRoom,
  newRows,
  placeRow,
  ROW,
  type Rows,
  renewRow,
  resetRows,
  usedOctets,
} from '../../src/answer/rows.js';
import { WALK } from '../../src/select/draw.js';

/** Writes an owner's mark all over its row, as working it out does. */
function fill({ words }: Rows, row: number, owner: number): void {
  const length = words[row + ROW.LENGTH] ?? 0;
  words.fill(owner + 1000, row, row + ROW.LENGTH);
  words.fill(owner + 1000, row + ROW.PAIRS, row + length);
}

function isWhole({ words }: Rows, row: number, owner: number): boolean {
  const length = words[row + ROW.LENGTH] ?? 0;
  if (words[row + ROW.OWNER] !== owner || length < ROW.PAIRS || row % 16 !== 0) return false;
  const own = [...words.subarray(row, row + ROW.LENGTH), ...words.subarray(row + ROW.PAIRS, row + length)];
  return own.every((word) => word === owner + 1000);
}

t.test('whatever is placed and asked for: a row that is found is whole', async (t) => {
  let overwritten = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 0, max: 60 }), fc.boolean()), {
        maxLength: 400,
        size: 'max',
      }),
      (steps) => {
        const rows = newRows(1200 * 4);
        resetRows(rows, 41);
        for (const [owner, list, isAsked] of steps) {
          const known = rows.at[owner] ?? 0;
          if (isAsked && known > 0) {
            if (isOld(rows, known)) renewRow(rows, known);
          } else {
            const row = makeRoom(rows, known, owner, list);
            if (row < 0) return false;
            fill(rows, row, owner);
          }
          for (const [each, row] of rows.at.entries()) {
            if (row > 0 && !isWhole(rows, row, each)) return false;
            if (row + (rows.words[row + ROW.LENGTH] ?? 0) > rows.words.length) return false;
          }
        }
        overwritten += rows.overwritten;
        return true;
      },
    ),
    { seed: 4, numRuns: 300 },
  );
  t.ok(overwritten > 1000, `${overwritten} were overwritten`);
});

t.test('who makes very many rows does not take those that others ask for', async (t) => {
  const rows = newRows(1 << 16);
  const owners = 5000;
  resetRows(rows, owners);
  const ask = (owner: number): boolean => {
    const row = rows.at[owner] ?? 0;
    if (row > 0) {
      if (isOld(rows, row)) renewRow(rows, row);
      return true;
    }
    placeRow(rows, owner, ROW.PAIRS + 20);
    return false;
  };
  const used = 20;
  for (let i = 0; i < used; i++) ask(i);
  let missed = 0;
  for (let burst = 0; burst < 20_000; burst++) {
    ask(used + (burst % (owners - used)));
    // Each of the others asks once in a while.
    if (!ask(burst % used)) missed++;
  }
  t.equal(missed, 0);
  t.ok(rows.overwritten > 10_000, 'and the memory went round many times');
  t.ok(usedOctets(rows) <= 1 << 16);
});

t.test('a row that grows keeps its walk, one that is new begins one', async (t) => {
  const rows = newRows(1 << 12);
  resetRows(rows, 2);
  const first = makeRoom(rows, 0, 0, 4);
  t.equal(rows.words[first + ROW.WALK + WALK.TAKEN], 0, 'its next point begins a block');
  rows.words.fill(3, first + ROW.WALK, first + ROW.WALK + WALK.WORDS);
  rows.words[first + ROW.N] = 2;
  t.equal(makeRoom(rows, first, 0, 2), first, 'it has room');
  const second = makeRoom(rows, first, 0, 40);
  t.not(second, first);
  t.equal(rows.words[second + ROW.N], 2);
  const walk = rows.words.subarray(second + ROW.WALK, second + ROW.WALK + WALK.WORDS);
  t.ok(walk.every((word) => word === 3));
  t.equal(rows.at[0], second);
});

t.test('other owners: nothing is left of those before', async (t) => {
  const rows = newRows(1 << 12);
  resetRows(rows, 3);
  placeRow(rows, 2, 100);
  t.ok(usedOctets(rows) > 0);
  resetRows(rows, 7);
  t.same([...rows.at], [0, 0, 0, 0, 0, 0, 0]);
});
