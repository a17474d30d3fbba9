/** What the server tells whoever asks of himself, over either transport, and that nobody else may be given it. */
import fc from 'fast-check';
import t from 'tap';
import { asker, makeTable, type Transport } from '../compile/make-table.js';
import { type Edns, type Reply, subnet } from '../dns-message.js';
import { AMERICAN, GERMAN, PLACES } from './zones.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
reflect: Reflect
pools: { "@": { answers: 1, near_km: 0 } }
mirrors:
  berlin: { addresses: [192.0.2.1], location: { country: DE, latitude: 52.5, longitude: 13.4 }, networks: [10.1.0.0/16] }
  chicago: { addresses: [192.0.2.5], location: { country: US, latitude: 41.9, longitude: -87.6 } }
records:
  whoami: { CNAME: reflect.dl.example.org }
`;
const ASNS = { '5.0.0.0/9': 4_200_000_001, '5.128.0.0/9': 64_500, '2a00::/16': 64_501 };
const ask = asker(makeTable([ZONE], { locations: PLACES, asns: ASNS }).table);

function told(edns: Edns | undefined, transport: Transport): Reply {
  return ask({ name: 'reflect.dl.example.org', type: 'TXT', ...(edns !== undefined && { edns }) }, transport);
}
const withSubnet = (text: string): Edns => ({ options: [subnet(text)] });
/** The strings of the one record. */
const stringsOf = ({ answers }: Reply): string[] =>
  [...(answers[0] ?? '').matchAll(/"([^"]*)"/g)].map(([, text = '']) => text);

t.test('a resolver is told of itself', async (t) => {
  const reply = told(undefined, { from: GERMAN });
  t.match(reply, { rcode: 0, aa: true, tc: false, authorities: [], additionals: [], answers: { length: 1 } });
  t.match(reply.answers[0], /^reflect\.dl\.example\.org 0 IN TXT /, 'nobody may keep it');
  t.strictSame(stringsOf(reply).slice(0, 4), [
    'resolver=5.1.2.3',
    'counted=resolver',
    'country=DE',
    'asn=4200000001',
  ]);
  t.strictSame(stringsOf(told(undefined, { from: GERMAN, tcp: true })), stringsOf(reply));
});

t.test('a subnet is told of, and counts; the answer is for all of what was sent', async (t) => {
  const reply = told(withSubnet('12.1.2.0/24'), { from: GERMAN });
  const [, , , , scope] = stringsOf(reply);
  t.strictSame(stringsOf(reply), [
    'resolver=5.1.2.3',
    'subnet=12.1.2.0/24',
    'counted=subnet',
    'country=US',
    scope,
  ]);
  t.equal(reply.edns?.subnet, '12.1.2.0/24/24');
  const ofPool = ask({ name: 'dl.example.org', type: 'A', edns: withSubnet('12.1.2.0/24') });
  t.equal(scope, `scope=${ofPool.edns?.subnet?.split('/')[2]}`, 'the scope is that of the pool');
  const v6 = told(withSubnet('2a00:1:2::/48'), { from: '2600::1:0:0:5' });
  t.strictSame(stringsOf(v6).slice(0, 5), [
    'resolver=2600::1:0:0:5',
    'subnet=2a00:1:2::/48',
    'counted=subnet',
    'country=DE',
    'asn=64501',
  ]);
  t.equal(v6.edns?.subnet, '2a00:1:2::/48/48');
});

t.test('who wants none used, and subnets that are ignored', async (t) => {
  const none = told(withSubnet('0.0.0.0/0'), { from: AMERICAN });
  t.strictSame(stringsOf(none).slice(0, 3), ['resolver=12.1.2.3', 'counted=resolver', 'country=US']);
  t.equal(none.edns?.subnet, '0.0.0.0/0/0');
  const ignored = told(withSubnet('192.168.1.0/24'), { from: AMERICAN });
  t.strictSame(stringsOf(ignored).slice(0, 4), [
    'resolver=12.1.2.3',
    'subnet=192.168.1.0/24',
    'counted=resolver',
    'country=US',
  ]);
  t.equal(ignored.edns?.subnet, '192.168.1.0/24/24');
  const named = told(withSubnet('10.1.2.0/24'), { from: AMERICAN });
  t.strictSame(
    stringsOf(named).slice(1),
    ['subnet=10.1.2.0/24', 'counted=subnet', 'scope=16'],
    'a mirror names it',
  );
  const nowhere = told(undefined, { from: '127.0.0.1' });
  t.strictSame(stringsOf(nowhere).slice(0, 2), ['resolver=127.0.0.1', 'counted=resolver']);
  t.equal(stringsOf(nowhere).length, 3);
});

t.test('without a database of AS numbers there are none', async (t) => {
  const bare = asker(makeTable([ZONE], { locations: PLACES }).table);
  const reply = bare({ name: 'reflect.dl.example.org', type: 'TXT' }, { from: GERMAN });
  t.notOk(stringsOf(reply).some((text) => text.startsWith('asn=')));
});

t.test('other types, names below, aliases, and zones that do not reflect', async (t) => {
  for (const type of ['A', 'CNAME', 'DS'] as const) {
    const reply = ask({ name: 'reflect.dl.example.org', type });
    t.match([reply.rcode, reply.answers, reply.authorities.length], [0, [], 1], type);
  }
  t.match(ask({ name: 'reflect.dl.example.org', type: 'ANY' }).answers, [/HINFO/]);
  t.equal(ask({ name: 'x.reflect.dl.example.org', type: 'TXT' }).rcode, 3);
  for (const edns of [undefined, withSubnet('12.1.2.0/24')]) {
    const alias = ask({ name: 'whoami.dl.example.org', type: 'TXT', ...(edns && { edns }) });
    t.match(alias.answers, [/CNAME reflect\.dl\.example\.org$/], 'the alias alone');
    t.equal(alias.answers.length, 1);
  }
  const quiet = asker(makeTable([ZONE.replace('reflect: Reflect\n', '')], { locations: PLACES }).table);
  t.equal(quiet({ name: 'reflect.dl.example.org', type: 'TXT' }).rcode, 3);
});

t.test('it fits wherever the question is', async (t) => {
  const label = 'a'.repeat(63);
  const name = `${label}.${label}.${label}.${'b'.repeat(44)}`;
  const long = asker(
    makeTable([ZONE.replace('reflect: Reflect', `reflect: ${name}`)], { locations: PLACES, asns: ASNS })
      .table,
  );
  const from = { from: '2a00:1111:2222:3333:4444:5555:6666:7777' };
  const asked = { name: `${name}.dl.example.org`, type: 'TXT' } as const;
  t.match(long(asked, from), { rcode: 0, tc: false, answers: { length: 1 } });
  const full = subnet('2a00:1111:2222:3333:4444:5555:6666:8888/128');
  const small = long({ ...asked, edns: { size: 512, options: [full] } }, from);
  t.match([small.tc, small.answers.length], small.tc ? [true, 0] : [false, 1]);
  t.ok(small.length <= 512);
  t.equal(long({ ...asked, edns: { size: 1232, options: [full] } }, from).answers.length, 1);
});

t.test('whatever is asked from wherever is told as it was sent', async (t) => {
  const octet = fc.nat(255);
  const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
  fc.assert(
    fc.property(ipv4, ipv4, fc.integer({ min: 1, max: 32 }), fc.boolean(), (from, client, source, tcp) => {
      const masked = client
        .split('.')
        .map((text, i) => Number(text) & (0xff00 >> Math.max(0, Math.min(8, source - 8 * i))) & 0xff)
        .join('.');
      const strings = stringsOf(told(withSubnet(`${masked}/${source}`), { from, tcp }));
      t.strictSame(strings.slice(0, 2), [`resolver=${from}`, `subnet=${masked}/${source}`]);
    }),
  );
});
