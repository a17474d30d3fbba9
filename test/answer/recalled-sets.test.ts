/** A set that is recalled by numbers is the one that they stand for, whatever happened to memory and tables since. */
import fc from 'fast-check';
import t from 'tap';
import { newRecalledSets, noteSet, recallSet } from '../../src/answer/recalled-sets.js';
import {
  addSet,
  findSet,
  newSignedSets,
  numberSet,
  SET,
  SIGNATURE_LENGTH,
  type SignedSets,
  type WantedSet,
} from '../../src/answer/signed-sets.js';

const NO_SIGNATURE = new Uint8Array(SIGNATURE_LENGTH);

/** A set of addresses with these numbers, which are so far from them. */
function wantedSet(numbers: readonly number[], signer = 1, expiration = 100, shift = 0): WantedSet {
  const addresses = Int32Array.from(numbers, (number) => number + shift);
  const n = numbers.length;
  return { signer, expiration, n, addressWords: n, addresses, numbers: Int32Array.from(numbers) };
}

function signerAndAddresses({ words }: SignedSets, set: number, { n }: WantedSet): number[] {
  return [words[set + SET.SIGNER] ?? 0, ...words.slice(set + SET.ADDRESSES, set + SET.ADDRESSES + n)];
}

t.test('a set is recalled by its numbers in their order, its signer and its time', async (t) => {
  const sets = newSignedSets(1 << 16);
  const recalled = newRecalledSets();
  const wanted = wantedSet([3, 1, 2]);
  t.equal(recallSet(recalled, sets, wanted), -1, 'nothing is at first');
  const set = addSet(sets, wanted, NO_SIGNATURE);
  noteSet(recalled, sets, wanted, set);
  t.equal(recallSet(recalled, sets, wanted), set);
  for (const other of [
    wantedSet([3, 1, 2], 2),
    wantedSet([3, 1, 2], 1, 101),
    wantedSet([3, 1]),
    wantedSet([3, 2, 1]),
    wantedSet([3, 1, 4]),
  ])
    t.equal(recallSet(recalled, sets, other), -1);
  sets.adoption++;
  t.equal(recallSet(recalled, sets, wanted), -1, 'its numbers are those of a table before');
  numberSet(sets, set, wanted);
  t.equal(recallSet(recalled, sets, wanted), set);
});

t.test('what is to be overwritten soon is looked for, which copies it', async (t) => {
  const sets = newSignedSets(1 << 13);
  const recalled = newRecalledSets();
  const wanted = wantedSet([1, 2, 3]);
  const first = addSet(sets, wanted, NO_SIGNATURE);
  noteSet(recalled, sets, wanted, first);
  let key = 10;
  const fill = (): number => addSet(sets, wantedSet([key, ++key]), NO_SIGNATURE);
  while (recallSet(recalled, sets, wanted) === first) fill();
  const copy = findSet(sets, wanted);
  t.ok(copy > first);
  noteSet(recalled, sets, wanted, copy);
  t.equal(recallSet(recalled, sets, wanted), copy);
  for (const { round } = sets; sets.round < round + 3; ) fill();
  t.equal(recallSet(recalled, sets, wanted), -1);
});

t.test('none is ever taken for another', async () => {
  const step = fc.record({
    signer: fc.integer({ min: 1, max: 2 }),
    expiration: fc.constantFrom(100, -5),
    numbers: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }),
    adopts: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 600, max: 4000 }), (steps, octets) => {
      const sets = newSignedSets(octets);
      const recalled = newRecalledSets();
      for (const { signer, expiration, numbers, adopts } of steps) {
        if (adopts) sets.adoption++;
        const wanted = wantedSet(numbers, signer, expiration, sets.adoption % 3);
        let set = recallSet(recalled, sets, wanted);
        if (set < 0) {
          set = findSet(sets, wanted);
          if (set < 0) set = addSet(sets, wanted, NO_SIGNATURE);
          numberSet(sets, set, wanted);
          noteSet(recalled, sets, wanted, set);
        }
        const expected = [signer, ...wanted.addresses];
        if (signerAndAddresses(sets, set, wanted).some((word, i) => word !== expected[i])) return false;
        if (sets.words[set + SET.EXPIRATION] !== expiration) return false;
      }
      return true;
    }),
  );
});
