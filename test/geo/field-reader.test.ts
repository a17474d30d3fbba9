import t from 'tap';
import {
  type DataSection,
  dataSection,
  fieldFinder,
  numberOfText,
  readNumber,
  readText,
  skipValue,
} from '../../src/geo/field-reader.js';
import { type MmdbValue, writeMmdb } from '../mmdb-writer.js';

/** A section at byte 3 of `bytes`, so that nothing depends on a section starting at 0. */
function section(...bytes: number[]): DataSection {
  return dataSection('/d/x.mmdb', Uint8Array.from([9, 9, 9, ...bytes]), 3, 3 + bytes.length);
}

/** The section of a file with one record, which starts it. */
function recordSection(record: MmdbValue): DataSection {
  const bytes = writeMmdb({ type: 'Test', ipVersion: 4, recordSize: 24, entries: { '0.0.0.0/0': record } });
  return dataSection(
    '/d/x.mmdb',
    bytes,
    22,
    bytes.lastIndexOf('abcdef4d61784d696e642e636f6d', undefined, 'hex'),
  );
}

const invalid = (message: RegExp) => ({ code: 'DATABASE_INVALID', message });

t.test('fields are found, other types are skipped', async (t) => {
  const record = {
    names: { de: 'Köln', en: 'Cologne', list: ['a', ['b', { c: 'd' }], true, false, -7] },
    bytes: Uint8Array.of(1, 2, 3),
    yes: true,
    wide: 2n ** 60n,
    float: Float32Array.of(1.5),
    long: 'x'.repeat(300),
    longer: 'y'.repeat(40),
    latitude: 50.9,
    country: { names: { en: 'Germany' }, iso_code: 'DE' },
    small: 7,
    zero: 0,
    below: -3,
  };
  const data = recordSection(record);
  const find = fieldFinder(data, [
    'latitude',
    'missing',
    'country',
    'below',
    'zero',
    'wide',
    'float',
    'long',
    'small',
  ]);
  const [latitude = 0, missing, country = 0, below = 0, zero = 0, wide = 0, float = 0, long = 0, small = 0] =
    find(22);
  t.equal(readNumber(data, latitude), 50.9);
  t.equal(missing, 0);
  t.equal(readText(data, fieldFinder(data, ['iso_code'])(country)[0] ?? 0), 'DE');
  t.equal(readNumber(data, below), -3);
  t.equal(readNumber(data, zero), 0);
  t.equal(readNumber(data, wide), 2 ** 60);
  t.equal(readNumber(data, float), 1.5);
  t.equal(readText(data, long), record.long);
  t.equal(readNumber(data, small), 7);
  t.equal(readText(data, small), undefined, 'a number is no text');
  t.ok(Number.isNaN(readNumber(data, country)), 'a map is no number');
  t.equal(skipValue(data, 22), data.end, 'the whole record is skipped at once');
});

t.test('the fields of a second record are the second record’s', async (t) => {
  const bytes = writeMmdb({
    type: 'Test',
    ipVersion: 4,
    entries: { '0.0.0.0/1': { a: 'one', key: 'x' }, '128.0.0.0/1': { key: 'y', a: 'two' } },
  });
  const data = dataSection(
    'x',
    bytes,
    23,
    bytes.lastIndexOf('abcdef4d61784d696e642e636f6d', undefined, 'hex'),
  );
  const find = fieldFinder(data, ['a', 'key']);
  const first = Array.from(find(23), (at) => readText(data, at));
  const second = Array.from(find(skipValue(data, 23)), (at) => readText(data, at));
  t.strictSame(first, ['one', 'x']);
  t.strictSame(second, ['two', 'y']);
});

t.test('what is not a map has no fields', async (t) => {
  const data = section(0x42, 0x44, 0x45);
  t.strictSame([...fieldFinder(data, ['a'])(3)], [0]);
});

t.test('pointers of all four sizes', async (t) => {
  const text = [0x42, 0x44, 0x45];
  const cases: [number[], number][] = [
    [[0x20, 10], 10],
    [[0x21, 0x05], 0x105],
    [[0x29, 0x00, 0x02], 0x1_0002 + 2048],
    [[0x30, 0x00, 0x00, 0x01], 1 + 526_336],
    [[0x38, 0x00, 0x00, 0x01, 0x00], 256],
    [[0x3f, 0x00, 0x00, 0x01, 0x00], 256],
  ];
  for (const [pointer, target] of cases) {
    const bytes = new Uint8Array(5 + target + 3);
    bytes.set(pointer, 5);
    bytes.set(text, 5 + target);
    t.equal(readText(dataSection('x', bytes, 5, bytes.length), 5), 'DE', `to ${target}`);
  }
});

t.test('numbers in texts', async (t) => {
  t.equal(readNumber(section(0x45, 0x2d, 0x33, 0x2e, 0x35, 0x30), 3), -3.5);
  t.ok(Number.isNaN(readNumber(section(0x40), 3)), 'an empty text is no number');
  t.equal(numberOfText('13.4'), 13.4);
  t.ok(Number.isNaN(numberOfText(' ')));
  t.ok(Number.isNaN(numberOfText('north')));
});

t.test('every fault is a DATABASE_INVALID that names the file and the byte', async (t) => {
  const cases: [string, number[], RegExp][] = [
    ['an empty section', [], /byte 3: a value outside/],
    ['a text that is cut off', [0x43, 0x44, 0x45], /byte 3: a value that is cut off/],
    ['a size that is cut off', [0x5e, 0x01], /cut off/],
    ['a pointer that is cut off', [0x28, 0x01], /a pointer that is cut off/],
    ['a pointer out of the section', [0x20, 0x40], /byte 67: a value outside/],
    ['a pointer to itself', [0x20, 0x00], /a pointer to a pointer/],
    ['an extended type below 8', [0x00, 0x00], /an unknown type/],
    ['an extended type above 15', [0x00, 0x09], /an unknown type/],
    ['a cache container', [0x01, 0x05], /an unknown type/],
    ['an end marker', [0x01, 0x06], /an unknown type/],
    ['a map larger than the file', [0xff, 0xff, 0xff, 0xff], /cut off/],
    ['an array larger than the file', [0x1f, 0x04, 0xff, 0xff, 0xff], /cut off/],
    ['a map with a number as key', [0xe1, 0xa1, 0x01, 0x41, 0x41], /key that is not a text/],
    ['a map with a pointed number as key', [0xe1, 0x20, 0x04, 0x40, 0xa1, 0x01], /key that is not a text/],
    ['a map whose last pair is missing', [0xe2, 0x41, 0x61, 0x41, 0x62], /outside|cut off/],
  ];
  for (const [name, bytes, message] of cases) {
    const data = section(...bytes);
    t.throws(() => skipOrFind(data), invalid(/^\/d\/x\.mmdb: damaged at byte \d+: /), name);
    t.throws(() => skipOrFind(section(...bytes)), invalid(message), name);
  }
  for (const [name, bytes] of [
    ['a double of four bytes', [0x64, 0, 0, 0, 0]],
    ['a float of eight bytes', [0x08, 0x08, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['a uint16 of three bytes', [0xa3, 0, 0, 0]],
    ['a uint32 of five bytes', [0xc5, 0, 0, 0, 0, 0]],
    ['an int32 of five bytes', [0x05, 0x01, 0, 0, 0, 0, 0]],
  ] as const) {
    t.throws(() => readNumber(section(...bytes), 3), invalid(/of \d bytes/), name);
  }
});

function skipOrFind(data: DataSection): void {
  const find = fieldFinder(data, ['none']);
  find(3);
  skipValue(data, 3);
}

t.test('reading ends, however often values are read again', async (t) => {
  const data = section(0xe1, 0x41, 0x61, 0x41, 0x62);
  const find = fieldFinder(data, ['none']);
  t.throws(
    () => {
      for (;;) find(3);
    },
    invalid(/hold one another too often/),
  );
});
