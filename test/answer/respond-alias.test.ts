/** CNAMEs: followed as far as they stay in the zone, with the records of whatever they end at. */
import t from 'tap';
import type { Zone } from '../../src/zone/model.js';
import { asker, makeTable } from '../compile/make-table.js';
import { addressesOf, type TypeName } from '../dns-message.js';
import { soundZone } from '../zone/zone-text.js';
import { EXAMPLE, GERMAN, PLACES, SWISS } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });
const ask = asker(made.table);
const SOA = 'dl.example.org 90 IN SOA ns1.dl.example.org hostmaster.example.org 7 14400 3600 1209600 90';

t.test('to a pool: its records are the target’s', async (t) => {
  const reply = ask({ name: 'WWW.dl.example.org' }, { from: GERMAN });
  t.equal(reply.rcode, 0);
  t.equal(reply.aa, true);
  t.equal(reply.answers[0], 'WWW.dl.example.org 120 IN CNAME dl.example.org');
  t.same(reply.answers.slice(1).sort(), [
    'dl.example.org 60 IN A 192.0.2.10',
    'dl.example.org 60 IN A 192.0.2.20',
  ]);
  t.same(reply.authorities, []);
});

t.test('over two names to a pool', async (t) => {
  const reply = ask({ name: 'web.dl.example.org', type: 'AAAA' }, { from: GERMAN });
  t.same(reply.answers.slice(0, 2), [
    'web.dl.example.org 3600 IN CNAME www.dl.example.org',
    'www.dl.example.org 120 IN CNAME dl.example.org',
  ]);
  t.same(reply.answers.slice(2).sort(), [
    'dl.example.org 60 IN AAAA 2001:db8:10::10',
    'dl.example.org 60 IN AAAA 2001:db8:20::10',
  ]);
});

t.test('to records', async (t) => {
  const table: [name: string, type: TypeName, answers: string[]][] = [
    [
      'server.dl.example.org',
      'A',
      [
        'server.dl.example.org 3600 IN CNAME ns1.dl.example.org',
        'ns1.dl.example.org 300 IN A 192.0.2.53',
        'ns1.dl.example.org 300 IN A 192.0.2.54',
      ],
    ],
    [
      'text.dl.example.org',
      'SRV',
      [
        'text.dl.example.org 3600 IN CNAME _https._tcp.dl.example.org',
        '_https._tcp.dl.example.org 3600 IN SRV 0 5 443 dl.example.org',
      ],
    ],
    [
      'www.dl.example.org',
      'TXT',
      [
        'www.dl.example.org 120 IN CNAME dl.example.org',
        'dl.example.org 600 IN TXT "mirror pool of example.org"',
      ],
    ],
  ];
  for (const [name, type, answers] of table) t.same(ask({ name, type }).answers, answers);
});

t.test('to the apex: its SOA and name servers too, with their addresses', async (t) => {
  const ns = ask({ name: 'www.dl.example.org', type: 'NS' });
  t.equal(ns.answers.length, 4);
  t.equal(ns.answers[1], 'dl.example.org 3600 IN NS ns1.dl.example.org');
  t.equal(ns.additionals.length, 4);
  const soa = ask({ name: 'www.dl.example.org', type: 'SOA' });
  t.match(soa.answers[1], /^dl\.example\.org 3600 IN SOA /);
});

t.test('itself, when that is what is asked for', async (t) => {
  t.same(ask({ name: 'web.dl.example.org', type: 'CNAME' }).answers, [
    'web.dl.example.org 3600 IN CNAME www.dl.example.org',
  ]);
});

t.test('out of the zone: the alias alone, and no SOA', async (t) => {
  for (const type of ['A', 'TXT', 'CNAME'] as const) {
    const reply = ask({ name: 'out.dl.example.org', type });
    t.same([reply.rcode, reply.aa], [0, true]);
    t.same(reply.answers, ['out.dl.example.org 3600 IN CNAME www.example.net']);
    t.same(reply.authorities, []);
  }
});

t.test('RFC 6604 §3: to a name that does not exist, the rcode is of that name', async (t) => {
  const reply = ask({ name: 'gone.dl.example.org' });
  t.equal(reply.rcode, 3);
  t.same(reply.answers, ['gone.dl.example.org 3600 IN CNAME nobody.dl.example.org']);
  t.same(reply.authorities, [SOA]);
  const alias = ask({ name: 'gone.dl.example.org', type: 'CNAME' });
  t.same([alias.rcode, alias.answers.length, alias.authorities.length], [0, 1, 0]);
});

t.test('to a name without such records', async (t) => {
  for (const [name, type, target] of [
    ['text.dl.example.org', 'A', '_https._tcp.dl.example.org'],
    ['v4.dl.example.org', 'AAAA', 'only4.dl.example.org'],
  ] as const) {
    const reply = ask({ name, type });
    t.equal(reply.rcode, 0);
    t.same(reply.answers, [`${name} 3600 IN CNAME ${target}`]);
    t.same(reply.authorities, [SOA]);
  }
});

t.test('to a pool that has nobody for the client', async (t) => {
  t.same(addressesOf(ask({ name: 'home.dl.example.org' }, { from: SWISS })), ['203.0.113.1']);
  const reply = ask({ name: 'home.dl.example.org' }, { from: GERMAN });
  t.equal(reply.rcode, 0);
  t.same(reply.answers, ['home.dl.example.org 3600 IN CNAME swiss.dl.example.org']);
  t.same(reply.authorities, [SOA]);
});

t.test('of a wildcard, to a pool', async (t) => {
  const reply = ask({ name: 'Some.Name.alias.dl.example.org' }, { from: GERMAN });
  t.equal(reply.answers[0], 'Some.Name.alias.dl.example.org 3600 IN CNAME dl.example.org');
  t.same(addressesOf(reply).sort(), ['192.0.2.10', '192.0.2.20']);
  t.ok(reply.answers.slice(1).every((line) => line.startsWith('dl.example.org ')));
});

t.test('in a circle through a wildcard: each alias once', async (t) => {
  const reply = ask({ name: 'loop.dl.example.org' });
  t.equal(reply.rcode, 0);
  t.same(reply.answers, [
    'loop.dl.example.org 3600 IN CNAME x.loops.dl.example.org',
    'x.loops.dl.example.org 3600 IN CNAME y.loops.dl.example.org',
    'y.loops.dl.example.org 3600 IN CNAME y.loops.dl.example.org',
  ]);
});

/** A zone with CNAMEs that no zone file may have. */
function withAliases(aliases: readonly (readonly [owner: string, target: string])[]): Zone {
  const zone = soundZone(EXAMPLE);
  const records = aliases.map(([owner, target]) => ({
    owner: `${owner}.dl.example.org`,
    type: 'CNAME',
    ttl: 60,
    data: [{ type: 'CNAME' as const, target: `${target}.dl.example.org` }],
  }));
  return { ...zone, records: [...zone.records, ...records] };
}

t.test('in a circle: each alias once, whichever is asked for', async (t) => {
  const circle = asker(
    makeTable([
      withAliases([
        ['r1', 'r2'],
        ['r2', 'r3'],
        ['r3', 'r1'],
        ['into', 'r2'],
        ['self', 'self'],
      ]),
    ]).table,
  );
  const targets = (name: string): string[] =>
    circle({ name: `${name}.dl.example.org` }).answers.map((line) =>
      line.replaceAll('.dl.example.org', '').replace(' 60 IN CNAME ', '>'),
    );
  t.same(targets('r1'), ['r1>r2', 'r2>r3', 'r3>r1']);
  t.same(targets('r3'), ['r3>r1', 'r1>r2', 'r2>r3']);
  t.same(targets('into'), ['into>r2', 'r2>r3', 'r3>r1', 'r1>r2'].slice(0, 4));
  t.same(targets('self'), ['self>self']);
  t.equal(circle({ name: 'r1.dl.example.org' }).rcode, 0);
});

t.test('a very long chain: as many as resolvers follow, all names right', async (t) => {
  const long = (i: number): string => `${`${'x'.repeat(60)}.`.repeat(3)}n${i}`;
  const links = Array.from({ length: 100 }, (_, i) => [long(i), long(i + 1)] as const);
  const chain = asker(makeTable([withAliases(links)]).table);
  const reply = chain({ name: `${long(0)}.dl.example.org` }, { tcp: true });
  t.equal(reply.answers.length, 16);
  reply.answers.forEach((line, i) => {
    t.equal(line, `${long(i)}.dl.example.org 60 IN CNAME ${long(i + 1)}.dl.example.org`);
  });
  t.equal(reply.rcode, 0);
  const end = chain({ name: `${long(90)}.dl.example.org` }, { tcp: true });
  t.equal(end.rcode, 3);
  t.equal(end.answers.length, 10);
});
