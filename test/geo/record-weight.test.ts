import t from 'tap';
import { type DataSection, dataSection, fieldFinder } from '../../src/geo/field-reader.js';
import { valueWeigher, weighingFinder } from '../../src/geo/record-weight.js';

function section(bytes: readonly number[]): DataSection {
  return dataSection('/d/x.mmdb', Uint8Array.from(bytes), 0, bytes.length);
}

const invalid = (message: RegExp) => ({ code: 'DATABASE_INVALID', message });
const pointer = (target: number): number[] => [0x20 | (target >> 8), target & 0xff];

t.test('values are counted, pointed ones too', async (t) => {
  t.equal(valueWeigher(section([0x41, 0x61]))(0), 1);
  // {"a": ["a", "a" (a pointer), true]}
  t.equal(valueWeigher(section([0xe1, 0x41, 0x61, 0x03, 0x04, 0x41, 0x61, ...pointer(1), 0x01, 0x07]))(0), 6);
});

/** A text, then maps of which each has the one before twice: level n stands for some 2^n values in 10 n bytes. */
function laughs(levels: number): { bytes: number[]; top: number } {
  const bytes = [0x41, 0x61];
  let top = 0;
  for (let level = 0; level < levels; level++) {
    const before = top;
    top = bytes.length;
    bytes.push(0xe2, 0x41, 0x61, ...pointer(before), 0x41, 0x62, ...pointer(before));
  }
  return { bytes, top };
}

t.test('a small value that expands to a huge one is refused at once', async (t) => {
  const small = laughs(10);
  t.equal(valueWeigher(section(small.bytes))(small.top), 4 * 2 ** 10 - 3);
  const large = laughs(30);
  t.throws(
    () => valueWeigher(section(large.bytes))(large.top),
    invalid(/a record of more than 100000 values/),
  );
});

t.test('what is pointed to is weighed once, from however many records', async (t) => {
  const { bytes } = laughs(14);
  const data = section(bytes);
  const weigh = valueWeigher(data);
  const weighAll = (): number => {
    const before = data.budget;
    for (let offset = 2; offset < bytes.length; offset += 9) weigh(offset);
    return before - data.budget;
  };
  t.ok(weighAll() < 2 * bytes.length, 'few steps');
  t.ok(weighAll() < bytes.length, 'and no more the next time');
});

t.test('a value that holds itself is refused', async (t) => {
  t.throws(
    () => valueWeigher(section([0xe1, 0x41, 0x61, ...pointer(0)]))(0),
    invalid(/nested more than 64 deep/),
  );
  t.throws(() => valueWeigher(section([0x01, 0x04, ...pointer(0)]))(0), invalid(/nested more than 64 deep/));
  t.throws(
    () => valueWeigher(section(pointer(0)))(0),
    invalid(/nested more than 64 deep|pointer to a pointer/),
  );
});

t.test('levels are counted below what was weighed before', async (t) => {
  // Each is a list of a pointer to the one before.
  const chain = [0x41, 0x78];
  const offsets = [0];
  for (let i = 0; i < 50; i++) {
    const before = offsets.at(-1) ?? 0;
    offsets.push(chain.length);
    chain.push(0x01, 0x04, ...pointer(before));
  }
  const deepest = (weighs: (offset: number) => unknown): number =>
    offsets.findIndex((offset) => {
      try {
        weighs(offset);
        return false;
      } catch {
        return true;
      }
    });
  const anew = deepest((offset) => valueWeigher(section(chain))(offset));
  t.ok(anew > 20);
  t.equal(deepest(valueWeigher(section(chain))), anew, 'in the order of the file');
});

t.test('keys are texts', async (t) => {
  t.throws(() => valueWeigher(section([0xe1, 0xa0, 0x41, 0x61]))(0), invalid(/key that is not a text/));
});

t.test('fields are found on the way', async (t) => {
  // {"a": "x", "b": ["y"], "c": "z"}, and a pointer to it.
  const map = [0xe3, 0x41, 0x61, 0x41, 0x78, 0x41, 0x62, 0x01, 0x04, 0x41, 0x79, 0x41, 0x63, 0x41, 0x7a];
  const data = section([...map, ...pointer(0)]);
  for (const make of [fieldFinder, weighingFinder]) {
    const find = make(data, ['c', 'none', 'a']);
    t.same([...find(0)], [13, 0, 3], make.name);
    t.same([...find(map.length)], [13, 0, 3], 'a pointer');
    t.same([...find(3)], [0, 0, 0], 'no map');
    t.same([...find(0, new Int32Array(4).fill(7), 1)], [7, 13, 0, 3], 'into another list');
  }
});

t.test('all of a record is weighed, wherever the fields are that are looked for', async (t) => {
  const damaged = section([0xe2, 0x41, 0x61, 0x41, 0x78, 0x41, 0x62, 0x00, 0x20]);
  t.same([...fieldFinder(damaged, ['a'])(0)], [3]);
  t.throws(() => weighingFinder(damaged, ['a'])(0), invalid(/unknown type/));
  // {"a": …, "b": …}, neither of them too large by itself.
  const { bytes, top } = laughs(14);
  const record = bytes.length;
  const large = section([...bytes, 0xe2, 0x41, 0x61, ...pointer(top), 0x41, 0x62, ...pointer(top)]);
  t.equal(valueWeigher(large)(top), 4 * 2 ** 14 - 3);
  t.throws(() => weighingFinder(large, ['a'])(record), invalid(/a record of more than 100000 values/));
  t.throws(
    () => weighingFinder(section([0x01, 0x04, ...pointer(0)]), ['a'])(0),
    invalid(/64 deep/),
    'no map',
  );
});
