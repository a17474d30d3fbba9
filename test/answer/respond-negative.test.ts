/** Names and types that are not there, names of others, and zones inside zones. */
import t from 'tap';
import { asker, makeTable } from '../compile/make-table.js';
import { addressesOf, type TypeName } from '../dns-message.js';
import { EXAMPLE, GERMAN, PLACES, SWISS } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });
const ask = asker(made.table);
const SOA = 'dl.example.org 90 IN SOA ns1.dl.example.org hostmaster.example.org 7 14400 3600 1209600 90';

t.test('NODATA: the name is there, the type is not', async (t) => {
  const table: [name: string, type: TypeName | number][] = [
    ['dl.example.org', 'SRV'],
    ['dl.example.org', 0],
    ['dl.example.org', 65_535],
    ['dl.example.org', 'DS'],
    ['dl.example.org', 'RRSIG'],
    ['ns2.dl.example.org', 'AAAA'],
    ['ns2.dl.example.org', 'NS'],
    ['only4.dl.example.org', 'AAAA'],
    ['x.wild.dl.example.org', 'A'],
  ];
  for (const [name, type] of table) {
    const reply = ask({ name, type });
    t.same([reply.rcode, reply.aa, reply.tc], [0, true, false], `${name} ${type}`);
    t.same(reply.answers, []);
    t.same(reply.authorities, [SOA]);
    t.same(reply.additionals, []);
  }
});

t.test('empty non-terminals exist', async (t) => {
  for (const name of ['b.c', 'c', '_tcp', 'wild', 'alias', 'B.C']) {
    for (const type of ['A', 'TXT', 'NS'] as const) {
      const reply = ask({ name: `${name}.dl.example.org`, type });
      t.same([reply.rcode, reply.answers, reply.authorities], [0, [], [SOA]], name);
    }
  }
});

t.test('NXDOMAIN', async (t) => {
  for (const name of [
    'x',
    'x.y.z',
    'd.b.c',
    'x.a.b.c',
    'x.ns1',
    'xwild',
    'spare',
    'x.only4',
    '\u0000',
    'dl',
  ]) {
    const reply = ask({ name: `${name}.dl.example.org` });
    t.same([reply.rcode, reply.aa], [3, true], JSON.stringify(name));
    t.same(reply.answers, []);
    t.same(reply.authorities, [SOA], 'RFC 2308 §3: the SOA record, kept as long as its minimum says');
  }
});

t.test('RFC 2308 §5: an SOA record with a TTL below its minimum', async (t) => {
  const short = asker(
    makeTable([EXAMPLE.replace('minimum: 90', 'minimum: 900, ttl: 30')], { locations: PLACES }).table,
  );
  t.match(short({ name: 'x.dl.example.org' }).authorities[0], /^dl\.example\.org 30 IN SOA .* 900$/);
  t.match(short({ name: 'dl.example.org', type: 'SOA' }).answers[0], /^dl\.example\.org 30 IN SOA /);
});

t.test('a pool that has nobody for the client', async (t) => {
  t.same(addressesOf(ask({ name: 'swiss.dl.example.org' }, { from: SWISS })), ['203.0.113.1']);
  for (const type of ['A', 'AAAA'] as const) {
    const reply = ask({ name: 'swiss.dl.example.org', type }, { from: GERMAN });
    t.same([reply.rcode, reply.answers, reply.authorities], [0, [], [SOA]]);
  }
});

t.test('names outside of all zones', async (t) => {
  const names = [
    '',
    'org',
    'example.org',
    'xdl.example.org',
    'dl.example.net',
    'dl.example.org.net',
    'd',
    'l.example.org',
  ];
  for (const name of names) {
    for (const type of ['A', 'NS', 'ANY'] as const) {
      const reply = ask({ name, type });
      t.same([reply.rcode, reply.aa, reply.answers, reply.authorities], [5, false, [], []], name);
    }
  }
});

const PARENT = `
zone: example.org
ns: [ns.example.net]
soa: { minimum: 11 }
pools:
  "@": { mirrors: [parent] }
  dl.sub: { mirrors: [parent] }
  a.dl.sub: { mirrors: [parent] }
mirrors: { parent: { addresses: [192.0.2.1, "2001:db8::1"] } }
records:
  "*": { TXT: ["parent"] }
  x.dl.sub: { TXT: ["occluded"] }
  into: { CNAME: a.dl.sub.example.org }
  nowhere: { CNAME: none.dl.sub.example.org }
  apex: { CNAME: dl.sub.example.org }
`;
const CHILD = `
zone: dl.sub.example.org
ns: [ns.example.net]
soa: { minimum: 22 }
pools: { "@": {}, a: {} }
mirrors: { child: { addresses: [192.0.2.2] } }
records:
  x.y: { TXT: ["child"] }
  up: { CNAME: example.org }
`;

t.test('a zone inside another one has what is at and below its name', async (t) => {
  for (const zones of [
    [PARENT, CHILD],
    [CHILD, PARENT],
  ]) {
    const nested = asker(makeTable(zones).table);
    t.same(addressesOf(nested({ name: 'example.org' })), ['192.0.2.1']);
    t.same(addressesOf(nested({ name: 'dl.sub.example.org' })), ['192.0.2.2']);
    t.same(addressesOf(nested({ name: 'a.dl.sub.example.org' })), ['192.0.2.2']);
    const six = nested({ name: 'a.dl.sub.example.org', type: 'AAAA' });
    t.same(six.answers, [], 'not even a family that only the outer zone has');
    t.match(six.authorities[0], /^dl\.sub\.example\.org 22 IN SOA /);
    const ds = nested({ name: 'dl.sub.example.org', type: 'DS' });
    t.same([ds.rcode, ds.aa, ds.answers], [0, true, []]);
    t.match(
      ds.authorities[0],
      /^example\.org \d+ IN SOA /,
      'RFC 4035 §3.1.4.1: DS is data of the zone above',
    );
    t.match(nested({ name: 'a.dl.sub.example.org', type: 'DS' }).authorities[0], /^dl\.sub\.example\.org /);
    t.match(nested({ name: 'dl.sub.example.org', type: 'SOA' }).answers[0], /^dl\.sub\.example\.org /);
    t.match(nested({ name: 'no.dl.sub.example.org' }).authorities[0], /^dl\.sub\.example\.org 22 IN SOA /);
    t.equal(
      nested({ name: 'x.dl.sub.example.org', type: 'TXT' }).rcode,
      3,
      'what the outer zone has there is hidden',
    );
    t.equal(nested({ name: 'z.dl.sub.example.org', type: 'TXT' }).rcode, 3, 'so is its wildcard');
    t.same(nested({ name: 'x.y.dl.sub.example.org', type: 'TXT' }).answers.length, 1);
    t.same(nested({ name: 'other.example.org', type: 'TXT' }).answers, [
      'other.example.org 3600 IN TXT "parent"',
    ]);
  }
});

t.test('RFC 8020: names between the two zones exist, so that nobody denies what is below them', async (t) => {
  const bare = `
zone: example.org
ns: [ns.example.net]
soa: { minimum: 11 }
pools: { "@": {} }
mirrors: { parent: { addresses: [192.0.2.1] } }
`;
  const deep = CHILD.replaceAll('dl.sub.example.org', 'dl.a.b.example.org');
  const nested = asker(makeTable([deep, bare]).table);
  for (const name of ['a.b.example.org', 'b.example.org']) {
    const reply = nested({ name, type: 'TXT' });
    t.same([reply.rcode, reply.answers], [0, []], name);
    t.match(reply.authorities[0], /^example\.org 11 IN SOA /);
  }
  t.equal(nested({ name: 'x.a.b.example.org' }).rcode, 3);
  t.equal(
    asker(makeTable([bare]).table)({ name: 'a.b.example.org' }).rcode,
    3,
    'without that zone they do not',
  );
});

t.test('an alias into the zone inside, or out of it, is not followed', async (t) => {
  const nested = asker(makeTable([PARENT, CHILD]).table);
  for (const [name, target] of [
    ['into.example.org', 'a.dl.sub.example.org'],
    ['nowhere.example.org', 'none.dl.sub.example.org'],
    ['apex.example.org', 'dl.sub.example.org'],
    ['up.dl.sub.example.org', 'example.org'],
  ]) {
    const reply = nested({ name: name ?? '' });
    t.same([reply.rcode, reply.answers, reply.authorities], [0, [`${name} 3600 IN CNAME ${target}`], []]);
  }
  const alone = asker(makeTable([PARENT]).table);
  t.same(addressesOf(alone({ name: 'into.example.org' })), ['192.0.2.1'], 'without that zone it is');
});

t.test('zones beside each other', async (t) => {
  const other = CHILD.replaceAll('dl.sub.example.org', 'dl.example.net');
  const both = asker(makeTable([EXAMPLE, other], { locations: PLACES }).table);
  t.same(addressesOf(both({ name: 'dl.example.net' })), ['192.0.2.2']);
  t.match(both({ name: 'x.dl.example.net' }).authorities[0], /^dl\.example\.net 22 IN SOA /);
  t.match(both({ name: 'x.dl.example.org' }).authorities[0], /^dl\.example\.org 90 IN SOA /);
  t.equal(both({ name: 'example.net' }).rcode, 5);
});
