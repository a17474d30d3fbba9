/** Names by which users choose: who is answered, and what is said where nobody is. */
import t from 'tap';
import { asker, makeTable } from '../compile/make-table.js';
import { addressesOf, type Reply, subnet, type TypeName } from '../dns-message.js';
import { AMERICAN, GERMAN, PLACES, SWISS } from './zones.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
soa: { minimum: 90 }
pools:
  "@": { answers: 2, near_km: 0, choose: [country, continent, mirror] }
mirrors:
  berlin: { addresses: [192.0.2.1, "2001:db8::1"], location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  bonn: { addresses: [192.0.2.2], location: { country: DE, latitude: 50.7, longitude: 7.1 } }
  munich: { addresses: [192.0.2.3], location: { country: DE, latitude: 48.1, longitude: 11.6 } }
  paris: { addresses: [192.0.2.4], location: { country: FR, latitude: 48.9, longitude: 2.4 }, only_countries: [FR] }
  chicago.us: { addresses: [192.0.2.5], location: { country: US, latitude: 41.9, longitude: -87.6 } }
  tokyo: { addresses: ["2001:db8::6"], location: { country: JP, latitude: 35.7, longitude: 139.7 } }
  off: { addresses: [192.0.2.7], weight: 0, location: { country: BR } }
records:
  germany: { CNAME: de.dl.example.org }
  "*.wild": { TXT: [any] }
`;
const SOA = /^dl\.example\.org 90 IN SOA /;
const made = makeTable([ZONE], { locations: PLACES });
const ask = asker(made.table);
const whom = (name: string, from: string, type: 'A' | 'AAAA' = 'A'): string[] =>
  addressesOf(ask({ name: `${name}.dl.example.org`, type }, { from })).sort();

const askFor = (name: string, type: TypeName, from: string): Reply =>
  ask({ name, type, edns: { options: [subnet(from)] } });
const scopeIn = ({ edns }: Reply): number => Number(edns?.subnet?.split('/')[2]);

t.test('those who are there are answered, the near ones first', async (t) => {
  t.strictSame(whom('de', GERMAN), ['192.0.2.1', '192.0.2.2'], 'the two nearest to Berlin');
  t.strictSame(whom('DE', SWISS), ['192.0.2.2', '192.0.2.3'], 'and to Zurich');
  t.strictSame(whom('de', AMERICAN).length, 2, 'wherever the client is');
  t.strictSame(whom('north-america', GERMAN), ['192.0.2.5']);
  t.strictSame(whom('bonn', AMERICAN), ['192.0.2.2']);
  t.strictSame(whom('chicago.us', GERMAN), ['192.0.2.5'], 'a name with a dot');
  t.strictSame(whom('asia', GERMAN, 'AAAA'), ['2001:db8::6']);
  t.strictSame(whom('europe', GERMAN, 'AAAA'), ['2001:db8::1']);
});

t.test('the scope is that of what is chosen', async (t) => {
  const scopeOf = (name: string): number => scopeIn(askFor(`${name}.dl.example.org`, 'A', `${GERMAN}/24`));
  t.equal(scopeOf('bonn'), 0, 'all get the same');
  t.equal(scopeOf('fr'), 0, 'a denial is for everybody');
  t.ok(scopeOf('de') > 0);
});

t.test('NODATA where a name has nobody of the family, or nobody for the client', async (t) => {
  for (const [name, type, from] of [
    ['jp', 'A', GERMAN],
    ['tokyo', 'A', GERMAN],
    ['bonn', 'AAAA', GERMAN],
    ['fr', 'A', GERMAN],
    ['paris', 'A', AMERICAN],
    ['de', 'TXT', GERMAN],
    ['us', 'AAAA', GERMAN],
  ] as const) {
    const reply = ask({ name: `${name}.dl.example.org`, type }, { from });
    t.strictSame([reply.rcode, reply.aa, reply.answers.length], [0, true, 0], `${name} ${type}`);
    t.match(reply.authorities, [SOA], name);
  }
});

t.test('NXDOMAIN where no mirror is', async (t) => {
  for (const name of [
    'br',
    'south-america',
    'off',
    'gb',
    'antarctica',
    'x',
    'x.de',
    'de.de',
    'berlin.de',
    'us.chicago',
  ]) {
    const reply = ask({ name: `${name}.dl.example.org`, type: 'A' }, { from: GERMAN });
    t.strictSame([reply.rcode, reply.aa, reply.answers.length], [3, true, 0], name);
    t.match(reply.authorities, [SOA], name);
  }
});

t.test('an alias leads to what is chosen, and a wildcard has what is not', async (t) => {
  const reply = ask({ name: 'germany.dl.example.org', type: 'A' }, { from: GERMAN });
  t.match(reply.answers[0], /CNAME de\.dl\.example\.org$/);
  t.equal(addressesOf(reply).length, 2);
  const wild = makeTable([`${ZONE}  "*": { TXT: [any] }\n`], { locations: PLACES });
  const askWild = asker(wild.table);
  t.equal(askWild({ name: 'br.dl.example.org', type: 'TXT' }).answers.length, 1);
  t.equal(
    askWild({ name: 'de.dl.example.org', type: 'TXT' }).answers.length,
    0,
    'RFC 4592 §3.3.1: the name exists',
  );
});

t.test('a zone further inside has its own names', async (t) => {
  const inner = `zone: de.dl.example.org
ns: [ns1.example.net]
pools: { "@": { mirrors: [one] } }
mirrors: { one: { addresses: [203.0.113.1] } }
`;
  const askBoth = asker(makeTable([ZONE, inner], { locations: PLACES }).table);
  t.strictSame(addressesOf(askBoth({ name: 'de.dl.example.org', type: 'A' }, { from: GERMAN })), [
    '203.0.113.1',
  ]);
  t.equal(askBoth({ name: 'berlin.dl.example.org', type: 'A' }, { from: GERMAN }).answers.length, 1);
});

t.test('explain says what is answered', async (t) => {
  for (const [name, family] of [
    ['de', 'ipv4'],
    ['europe', 'ipv6'],
    ['paris', 'ipv4'],
  ] as const) {
    const owner = `${name}.dl.example.org`;
    const type = family === 'ipv4' ? 'A' : 'AAAA';
    for (const from of [GERMAN, AMERICAN]) {
      const { name: explained, candidates, client } = made.explain(owner, family, from);
      const drawn = candidates.filter(({ probability }) => probability > 0).map(({ address }) => address);
      const reply = askFor(owner, type, `${from}/32`);
      t.strictSame(addressesOf(reply).sort(), drawn.sort(), `${owner} from ${from}`);
      t.strictSame([explained, client.scope], [owner, drawn.length === 0 ? client.scope : scopeIn(reply)]);
    }
  }
});
