import t from 'tap';
import { formatFault } from '../../src/zone/faults.js';
import { addressed, mirror, pool, probe, records, testFaults } from './zone-faults.js';
import { faultsOf, fixture, type Sections, zoneText } from './zone-text.js';

testFaults('what is no YAML, or too much of it', [
  ['an empty file', '⟦', /the file is empty: write a zone with "zone", "ns", "pools" and "mirrors"/],
  ['a file of comments', '⟦# nothing yet\n', /the file is empty/],
  ['a list', '⟦- zone: dl.example.org', /the file must be a mapping, found a list/],
  [
    'a tab',
    'zone: a.example\npools:\n⟦\t"@": {}',
    /^a tab indents this line, where YAML takes only spaces: put two/,
  ],
  [
    'many tabs',
    'zone: a.example\npools:\n⟦\t"@": {}\nmirrors:\n\ta: 1\n\tb: 2',
    /a tab indents this line \(and 2 more\)/,
  ],
  [
    'old line ends',
    'zone: a.example⟦\rns: []\r',
    /a carriage return \(CR\) without a line feed: save the file with LF/,
  ],
  [
    'a conflict of Git',
    'zone: a.example\n⟦<<<<<<< HEAD\nttl: 60\n=======\nttl: 70\n>>>>>>> theirs\n',
    /Git left a conflict here: keep what is right/,
  ],
  ['the rest of a conflict', zoneText({ more: '⟦>>>>>>> theirs' }), /Git left a conflict here/],
  [
    'a bare IPv6 address',
    { mirrors: 'mirrors: { a: { addresses: [192.0.2.1, ⟦2001:db8::] } }' },
    /found an IPv6 address that reads as a mapping: write "2001:db8::" in quotes/,
  ],
  [
    'a bare IPv6 address that is no YAML',
    { mirrors: 'mirrors:\n  a:\n    addresses: ⟦2001:db8::' },
    /^YAML: .*; put the IPv6 address in quotes: "2001:db8::"$/,
  ],
  ['an open bracket', 'zone: ⟦[a\n', /^the \[ that begins here has no \] behind it/],
  ['two documents', `${zoneText()}⟦---\nzone: b.example`, /several YAML documents/],
  ['an unknown tag', zoneText({ more: 'ttl: ⟦!seconds 60' }), /YAML: Unresolved tag: !seconds/],
  ['a duplicate key', { more: 'ttl: 60\n⟦ttl: 70' }, /duplicate key "ttl", first at line 5/],
  [
    'a duplicate mirror',
    { mirrors: 'mirrors:\n  a: {addresses: [192.0.2.1]}\n  ⟦a: {addresses: [192.0.2.2]}' },
    /duplicate key "a", first at line 5/,
  ],
  ['a list for a key', { more: '⟦[a]: b' }, /a key must be text/],
  ['a key of the language', { more: '⟦__proto__: {}' }, /"__proto__" is not possible/],
  [
    'a merge key',
    addressed('probe: { ⟦<<: {} }'),
    /"<<" is not in YAML 1.2: write the keys out here, or a whole value as an/,
  ],
  [
    'a merge key among mirrors',
    { mirrors: 'mirrors: { ⟦<<: {}, a: { addresses: [192.0.2.1] } }' },
    /"<<" is not in YAML 1.2/,
  ],
  ['an alias to nothing', { more: 'ttl: ⟦*short' }, /alias \*short refers to no anchor/],
]);

testFaults("what the zone itself can't say", [
  [
    'a special-purpose network twice',
    { more: 'special_addresses: [10.0.0.0/8, ⟦10.0.0.0/8]' },
    /10.0.0.0\/8 is listed twice/,
  ],
  ['a negative TTL', { more: 'ttl: ⟦-1' }, /ttl -1 is out of range, expected 0 to 2147483647/],
  ['a TTL above 31 bits', { more: 'soa: { ttl: ⟦2147483648 }' }, /ttl 2147483648 is out of range/],
  ['a mailbox with an at', { more: 'soa: { rname: ⟦root@example.org }' }, /write root.example.org/],
]);

t.test('all faults of a file are said at once, in its order', async (t) => {
  const text = fixture('all-wrong.yaml');
  // Each line with faults names their columns at its end: `# wrong: 3, 17`.
  const expected = text.split('\n').flatMap((line, i) => {
    const [, columns] = /# wrong: ([\d, ]+)$/.exec(line) ?? [];
    return columns?.split(', ').map((column) => `${i + 1}:${column}`) ?? [];
  });
  t.ok(expected.length > 30);
  t.same(
    faultsOf(text).map(({ line, column }) => `${line}:${column}`),
    expected,
  );
});

t.test('a fault says file, line, column and message', async (t) => {
  const [fault] = faultsOf(zoneText({ more: 'ttl: -1' }));
  t.ok(fault !== undefined && formatFault(fault).startsWith('z.yaml:5:6: ttl -1 is out of range'));
});

t.test('what is only a consequence of a fault is not said', async (t) => {
  const count = (sections: Sections) => faultsOf(zoneText(sections)).length;
  t.equal(count(mirror('addresses: [nonsense]')), 1, 'an address list that has lost its only item');
  t.equal(count(probe('interval: nonsense\n      timeout: 40s')), 1, 'a timeout against an unknown interval');
  t.equal(
    count({ zone: 'zone: "a b"', ns: 'ns: [ns1.a.example]' }),
    1,
    'owner names in a zone without a name',
  );
  t.equal(
    count({ ns: 'ns: [ns1.dl.example.org]', ...records('ns1: { A: nonsense }') }),
    1,
    'a name server with a wrong address',
  );
  t.equal(
    count({ ...pool('mirrors: [aurora]'), mirrors: 'mirrors: { aurora: 5 }' }),
    1,
    'a mirror that is there but wrong',
  );
  t.equal(count(pool('mirrors: [5]')), 1, 'a list of mirrors that has lost its only item');
});
