import fc from 'fast-check';
import t from 'tap';
import {
  isWithin,
  readMailbox,
  readName,
  readOwner,
  readServiceTarget,
  wireLength,
} from '../../src/zone/names.js';
import { testFaults } from './zone-faults.js';

t.test('absolute names', async (t) => {
  t.equal(readName('Dl.Example.ORG.'), 'dl.example.org');
  t.equal(readName('_dmarc.a-b.x1'), '_dmarc.a-b.x1');
  t.equal(readName(`${'a'.repeat(63)}.example`), `${'a'.repeat(63)}.example`);
  for (const text of [
    '',
    '.',
    '..',
    'a..b',
    '.a',
    'a b',
    'a/b',
    '-a',
    'a-',
    'a\\.b',
    '*.a',
    '192.0.2.1',
    '::1',
    'a\nb',
    'ａ',
  ]) {
    t.match(readName(text), { fault: /\S/ }, JSON.stringify(text));
  }
});

t.test('a name has at most 255 octets', async (t) => {
  const longest = `${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(61)}`;
  t.equal(wireLength(longest), 255);
  t.equal(readName(longest), longest);
  t.match(readName(`${longest}a`), { fault: /256 octets, the most is 255/ });
  t.equal(wireLength(''), 1);
});

t.test('targets of services may be the root', async (t) => {
  t.equal(readServiceTarget('.'), '');
  t.equal(readServiceTarget('a.example.'), 'a.example');
});

t.test('mailboxes', async (t) => {
  t.equal(readMailbox('hostmaster.example.org'), 'hostmaster.example.org');
  t.match(readMailbox('root@example.org'), { fault: /write root.example.org/ });
  t.match(
    readMailbox('a.b@example.org'),
    { fault: /has an "@", expected/ },
    'a dot can not be told from a label',
  );
});

t.test('owner names', async (t) => {
  t.equal(readOwner('@', 'z.example', false), 'z.example');
  t.equal(readOwner('EU', 'z.example', false), 'eu.z.example');
  t.equal(readOwner('_443._tcp.eu', 'z.example', false), '_443._tcp.eu.z.example');
  t.equal(readOwner('*', 'z.example', true), '*.z.example');
  t.equal(readOwner('*.eu', 'z.example', true), '*.eu.z.example');
  t.equal(
    readOwner('xz.example', 'z.example', false),
    'xz.example.z.example',
    'looks like the zone but is not',
  );
  t.match(readOwner('*.z.example', 'z.example', true), { fault: /write "\*"/ });
  t.match(readOwner('a.*', 'z.example', true), { fault: /"\*" is not allowed/ });
  t.match(readOwner('', 'z.example', true), { fault: /relative to the zone/ });
  t.match(readOwner('*.', 'z.example', true), { fault: /relative to the zone/ });
});

t.test('within', async (t) => {
  t.ok(isWithin('z.example', 'z.example'));
  t.ok(isWithin('a.z.example', 'z.example'));
  t.notOk(isWithin('az.example', 'z.example'));
});

t.test('what is a name stays the same name', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aB1-_.*'), maxLength: 80 }), (text) => {
      const name = readName(text);
      return typeof name !== 'string' || (readName(name) === name && readName(`${name}.`) === name);
    }),
  );
  t.pass();
});

testFaults('what is no name, in a zone file', [
  ['a space', { zone: 'zone: ⟦dl example' }, /"dl example" is not a name: " " is not allowed/],
  ['an empty label', { zone: 'zone: ⟦dl..example' }, /a label is empty/],
  ['the root', { zone: 'zone: ⟦.' }, /"." is not a name/],
  ['a long label', { zone: `zone: ⟦${'a'.repeat(64)}.example` }, /has 64 octets, the most is 63/],
  ['a long name', { zone: `zone: ⟦${'a.'.repeat(126)}toolong` }, /takes 261 octets, the most is 255/],
  ['another script', { zone: 'zone: ⟦bücher.example' }, /"ü" is not allowed.*write xn--bcher-kva.example/],
  ['a hyphen at the end', { zone: 'zone: ⟦dl-.example' }, /starts or ends with "-"/],
  ['an address as a name server', { ns: 'ns: [⟦192.0.2.53]' }, /"192.0.2.53" is an address, expected a name/],
]);
