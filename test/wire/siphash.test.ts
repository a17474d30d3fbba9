import t from 'tap';
import { sipHash } from '../../src/wire/siphash.js';

/**
 * What the algorithm's authors publish beside it (vectors.h of https://github.com/veorq/SipHash): the key 00 01 … 0f, the
 * message 00 01 … of as many octets. Of their 64, those whose length is a multiple of four.
 */
const VECTORS: readonly [octets: number, hash: string][] = [
  [0, '310e0edd47db6f72'],
  [4, 'b7877127e09427cf'],
  [8, '6224939a79f5f593'],
  [12, 'fbe50e86bc8f1e75'],
  [16, 'db9bc2577fcc2a3f'],
  [20, '98eea21af25cd6be'],
  [24, '94af49f6c650adb8'],
  [28, 'a5c91da7acaa4dde'],
  [32, 'ce7cf2722f512771'],
  [36, 'b4a31508beff4d31'],
  [40, 'd0a704536ba93e0e'],
  [44, 'f21df2e41d4535f9'],
  [48, '51a9cb9ecba312e6'],
  [52, 'b274cb8ebf87870a'],
  [56, 'bd838d3aafbf8db7'],
  [60, 'e1915f5cb1eca46c'],
];

function wordsOf(octets: Uint8Array): Int32Array {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  return Int32Array.from({ length: octets.length / 4 }, (_, i) => view.getInt32(i * 4, true));
}

function hex(words: Int32Array): string {
  const octets = Buffer.alloc(words.length * 4);
  for (const [i, word] of words.entries()) octets.writeInt32LE(word, i * 4);
  return octets.toString('hex');
}

t.test('the vectors of its authors', async (t) => {
  const counting = Uint8Array.from({ length: 64 }, (_, i) => i);
  const key = wordsOf(counting.slice(0, 16));
  for (const [octets, expected] of VECTORS) {
    const out = new Int32Array(2);
    sipHash(key, 0, wordsOf(counting.slice(0, 64)), octets / 4, out, 0);
    t.equal(hex(out), expected, `${octets} octets`);
  }
});

t.test('key and result may be anywhere, and nothing else is touched', async (t) => {
  const counting = Uint8Array.from({ length: 64 }, (_, i) => i);
  const key = Int32Array.of(-1, -1, -1, ...wordsOf(counting.slice(0, 16)), -1);
  const out = new Int32Array(6).fill(7);
  const message = wordsOf(counting);
  sipHash(key, 3, message, 5, out, 2);
  t.equal(hex(out.slice(2, 4)), '98eea21af25cd6be');
  t.same([...out.slice(0, 2), ...out.slice(4)], [7, 7, 7, 7]);
  t.same(message, wordsOf(counting));
});
