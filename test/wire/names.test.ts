/** Names on the wire, their case and their hashes. */
import fc from 'fast-check';
import t from 'tap';
import {
  encodeName,
  type FoldedNames,
  hashName,
  isSameName,
  LOWER,
  lettersOf,
  MAX_NAME,
} from '../../src/wire/names.js';
import { wireName } from '../dns-message.js';

t.test('the wire form', async (t) => {
  t.same([...encodeName('')], [0]);
  t.same([...encodeName('org')], [3, 0x6f, 0x72, 0x67, 0]);
  t.same([...encodeName('dl.Ex')], [2, 0x64, 0x6c, 2, 0x45, 0x78, 0]);
  t.same([...encodeName('*.a')], [1, 0x2a, 1, 0x61, 0]);
  for (const name of ['a', 'a.b.c', '_443._tcp.dl.example.org', 'x'.repeat(63)]) {
    t.same(encodeName(name), wireName(name), name);
  }
  const longest = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(61)}`;
  t.equal(encodeName(longest).length, MAX_NAME);
});

t.test('RFC 4343 §3: the capitals of ASCII fold, and nothing else', async (t) => {
  t.equal(LOWER.length, 256);
  for (let octet = 0; octet < 256; octet++) {
    const capital = octet >= 65 && octet <= 90;
    if (LOWER[octet] !== (capital ? octet + 32 : octet)) t.fail(`${octet}`);
  }
});

t.test('hashes do not know case, but order', async (t) => {
  const hash = (name: string): number => hashName(encodeName(name));
  t.equal(hash('dl.example.org'), hash('DL.eXaMpLe.oRg'));
  t.not(hash('dl.example.org'), hash('example.dl.org'));
  t.not(hash('ab.c'), hash('a.bc'));
  t.not(hash('a'), hash(''));
  const names = Array.from({ length: 20_000 }, (_, i) => `host${i}.dl.example.org`);
  const slots = new Set(names.map((name) => hash(name) & 0xffff));
  t.ok(slots.size > 16_000, `20,000 names take ${slots.size} of 65,536 slots`);
});

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.length);
}

/** A name for comparing, with an octet before and behind. */
function folded(wire: Uint8Array): FoldedNames {
  return { octets: viewOf(Uint8Array.of(0x61, ...wire, ...lettersOf(wire), 0x61)) };
}

t.test('names are compared without regard to case, and to nothing else', async (t) => {
  const same = (wire: Uint8Array, other: Uint8Array): boolean =>
    isSameName(viewOf(Uint8Array.of(9, ...other)), 1, folded(wire), 1, wire.length);
  for (const name of [
    '',
    'a',
    'org',
    'a.b',
    'ab.c',
    'dl.example.org',
    'dl.example.or',
    `${'a'.repeat(63)}.b`,
  ]) {
    const wire = encodeName(name);
    t.ok(same(wire, wire), name);
    t.ok(same(wire, encodeName(name.toUpperCase())), name.toUpperCase());
  }
  // Each octet of a name in turn is each octet there is.
  const wire = encodeName('a-z[{@`.0.example');
  for (let at = 0; at < wire.length; at++) {
    for (let octet = 0; octet < 256; octet++) {
      const other = wire.slice();
      other[at] = octet;
      if (same(wire, other) !== (LOWER[octet] === wire[at])) t.fail(`${octet} at ${at}`);
    }
  }
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 20 }),
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      (a, b) => {
        const lower = a.map((octet) => LOWER[octet] ?? 0);
        const expected = lower.every((octet, i) => octet === LOWER[b[i] ?? 0]);
        return same(lower, b) === expected;
      },
    ),
  );
});
