/** What is remembered of signed sets is exactly what was signed, however often memory has been filled over again. */
import fc from 'fast-check';
import t from 'tap';
import {
  addSet,
  findSet,
  isNumbered,
  isThere,
  newSignedSets,
  numberSet,
  roundOf,
  SET,
  SIGNATURE_LENGTH,
  type SignedSets,
  setNumber,
  type WantedSet,
} from '../../src/answer/signed-sets.js';

/** A set of `n` addresses of so many words each, which differ by `key` alone. */
function wantedSet(signer: number, expiration: number, n: number, words: number, key: number): WantedSet {
  const addresses = new Int32Array(32);
  for (let i = 0; i < n * words; i++) addresses[i] = (i + 1) % words === 0 ? key + i : 0x2001_0db8;
  return { signer, expiration, n, addressWords: n * words, addresses, numbers: new Int32Array(8).fill(key) };
}

/** A signature that no two sets share. */
function signatureOf({ signer, expiration, n, addressWords, addresses }: WantedSet): Uint8Array {
  const signature = new Uint8Array(SIGNATURE_LENGTH).fill(0xf1);
  const view = new DataView(signature.buffer);
  for (const [i, word] of [signer, expiration, n, addressWords, addresses[addressWords - 1] ?? 0].entries())
    view.setInt32(4 * i, word);
  return signature;
}

function signatureIn({ words }: SignedSets, set: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(SIGNATURE_LENGTH));
  for (let i = 0; i < SIGNATURE_LENGTH / 4; i++) view.setInt32(4 * i, words[set + SET.SIGNATURE + i] ?? 0);
  return new Uint8Array(view.buffer);
}

t.test('a set is found by all that it is, and by nothing else', async (t) => {
  const sets = newSignedSets(1 << 16);
  const wanted = wantedSet(1, 100, 3, 1, 7);
  t.equal(findSet(sets, wanted), -1, 'nothing is known at first');
  const set = addSet(sets, wanted, signatureOf(wanted));
  t.equal(findSet(sets, wanted), set);
  t.same(signatureIn(sets, set), signatureOf(wanted));
  for (const other of [
    { ...wanted, signer: 2 },
    { ...wanted, expiration: 101 },
    { ...wanted, n: 2 },
    { ...wanted, n: 1, addressWords: 4 },
    { ...wanted, addressWords: 2 },
    wantedSet(1, 100, 3, 1, 8),
  ])
    t.equal(findSet(sets, other), -1);
});

t.test('numbers go with the table that was adopted', async (t) => {
  const sets = newSignedSets(1 << 16);
  const wanted = wantedSet(1, 100, 2, 4, 7);
  const set = addSet(sets, wanted, signatureOf(wanted));
  t.ok(isNumbered(sets, set));
  sets.adoption++;
  t.notOk(isNumbered(sets, set));
  numberSet(sets, set, { ...wanted, numbers: Int32Array.of(5, 6) });
  t.ok(isNumbered(sets, set));
  t.same([setNumber(sets.words, set, 0), setNumber(sets.words, set, 1)], [5, 6]);
  t.equal(findSet(sets, wanted), set, 'which does not change what it is');
});

t.test('in bounded memory every set that is found is the right one', async () => {
  const asked = fc.record({
    signer: fc.integer({ min: 1, max: 3 }),
    expiration: fc.constantFrom(100, -5),
    n: fc.integer({ min: 1, max: 8 }),
    words: fc.constantFrom(1, 4),
    key: fc.integer({ min: 0, max: 12 }),
  });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 400 }), fc.integer({ min: 600, max: 4000 }), (all, octets) => {
      const sets = newSignedSets(octets);
      for (const { signer, expiration, n, words, key } of all) {
        const wanted = wantedSet(signer, expiration, n, words, key);
        let set = findSet(sets, wanted);
        if (set < 0) set = addSet(sets, wanted, signatureOf(wanted));
        if (!Buffer.from(signatureIn(sets, set)).equals(signatureOf(wanted))) return false;
        if (setNumber(sets.words, set, n - 1) !== key || !isThere(sets, set, roundOf(sets, set)))
          return false;
        // It was found or made just now, so it is there still.
        const again = findSet(sets, wanted);
        if (!Buffer.from(signatureIn(sets, again)).equals(signatureOf(wanted))) return false;
      }
      return sets.next <= sets.words.length;
    }),
    { numRuns: 300 },
  );
});

t.test(
  'what is asked for stays while others come and go; a place says whether it is still that',
  async (t) => {
    const sets = newSignedSets(1 << 13);
    const own = wantedSet(1, 100, 3, 1, 1);
    const first = addSet(sets, own, signatureOf(own));
    const other = wantedSet(1, 100, 3, 1, 2);
    const forgotten = addSet(sets, other, signatureOf(other));
    const [firstRound, round] = [roundOf(sets, first), roundOf(sets, forgotten)];
    t.ok(isThere(sets, forgotten, round));
    for (let key = 10; key < 2000; key++) {
      const once = wantedSet(1, 100, 3, 1, key);
      addSet(sets, once, signatureOf(once));
      const set = findSet(sets, own);
      if (set >= 0 && Buffer.from(signatureIn(sets, set)).equals(signatureOf(own))) continue;
      t.fail(`it is gone after ${key}`);
      break;
    }
    t.equal(findSet(sets, other), -1);
    t.notOk(isThere(sets, forgotten, round));
    t.notOk(isThere(sets, first, firstRound), 'it is somewhere else now');
  },
);
