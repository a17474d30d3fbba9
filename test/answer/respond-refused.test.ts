/** Clients whom a pool refuses: by country, AS and network, and by each rcode. */
import t from 'tap';
import { newResponder } from '../../src/answer/responder.js';
import { hitsOf, newCounters } from '../../src/answer/tally.js';
import { seededRandom } from '../../src/platform/random.js';
import { answerOctets, asker, makeTable } from '../compile/make-table.js';
import { addressesOf, option, query, readReply, subnet } from '../dns-message.js';
import { cookie, withCookies } from './policies.js';

const TEXT = 'Not in Zürich: see https://example.org/export';
const zone = (refuse: string): string => `
zone: dl.example.org
ns: [ns.example.net]
pools:
  get: { answers: 2, probe: { type: none }, choose: [mirror], refuse: { ${refuse} } }
mirrors:
  aurora: { addresses: [192.0.2.1, "2001:db8::1"] }
  boreas: { addresses: [192.0.2.2, "2001:db8::2"] }
  dune: { addresses: [192.0.2.3] }
records:
  www: { CNAME: get.dl.example.org }
`;
const WHO = 'countries: [CH], asn: [64500], networks: [198.51.100.0/24, "2001:db8:77::/48"]';
const databases = {
  locations: { '5.0.0.0/8': 'DE', '46.0.0.0/8': 'CH', '46.7.0.0/16': 'FR', '2a00::/16': 'CH' },
  asns: { '5.5.0.0/16': 64_500 },
};
const refusing = (refuse: string) => makeTable([zone(`${WHO}, ${refuse}`)], databases);
const name = 'get.dl.example.org';
const SOA = 'dl.example.org 60 IN SOA ns.example.net hostmaster.dl.example.org 1 14400 3600 1209600 60';
const REFUSED_CLIENTS = ['46.0.0.1', '5.5.0.1', '198.51.100.7', '2a00::1', '2001:db8:77::5'];
const OTHERS = ['5.6.0.1', '46.7.0.1', '9.9.9.9', '2001:db8:78::1'];
const FILTERED = `15:0011${Buffer.from(TEXT).toString('hex')}`;

for (const [word, rcode, aa, soa] of [
  ['refused', 5, false, []],
  ['nxdomain', 3, true, [SOA]],
  ['nodata', 0, true, [SOA]],
] as const) {
  t.test(`${word}: who is in a list gets no address, and why`, async (t) => {
    const ask = asker(refusing(`rcode: ${word}, text: "${TEXT}"`).table);
    for (const from of REFUSED_CLIENTS) {
      for (const type of ['A', 'AAAA'] as const) {
        const reply = ask({ name, type, edns: {} }, { from });
        t.same([reply.rcode, reply.aa, reply.answers], [rcode, aa, []], `${from} ${type}`);
        t.same(reply.authorities, soa);
        t.same(reply.edns?.options, [FILTERED], 'RFC 8914 §4.18');
        t.equal(ask({ name, type }, { from }).rcode, rcode, 'without EDNS');
        t.equal(ask({ name: `aurora.${name}`, type }, { from }).rcode, rcode, 'what users choose from it');
      }
    }
    for (const from of OTHERS) {
      t.equal(addressesOf(ask({ name, edns: {} }, { from })).length, 2, from);
      t.same(ask({ name, edns: {} }, { from }).edns?.options, []);
    }
  });

  t.test(`${word}: by an alias, which is refused to nobody`, async (t) => {
    const ask = asker(refusing(`rcode: ${word}`).table);
    const reply = ask({ name: 'www.dl.example.org', edns: {} }, { from: '46.0.0.1' });
    t.same([reply.rcode, reply.answers], [0, ['www.dl.example.org 3600 IN CNAME get.dl.example.org']]);
    t.same(reply.edns?.options, []);
    t.equal(ask({ name: 'www.dl.example.org' }, { from: '5.6.0.1' }).answers.length, 3);
  });

  t.test(`${word}: for a client subnet it is for that subnet, with the scope of the map`, async (t) => {
    const ask = asker(refusing(`rcode: ${word}`).table);
    const asked = (text: string) => ask({ name, edns: { options: [subnet(text)] } }, { from: '5.6.0.1' });
    const refused = asked('46.0.0.0/24');
    t.same([refused.rcode, refused.edns?.subnet], [rcode, '46.0.0.0/24/14']);
    // RFC 7871 §7.4: kept, it would be for everybody.
    t.same(refused.authorities, soa.length === 0 ? [] : [SOA.replace(' 60 ', ' 0 ')]);
    const answered = asked('46.7.1.0/24');
    t.same([answered.answers.length, answered.edns?.subnet], [2, '46.7.1.0/24/16']);
  });
}

t.test('other types: denied with the name, else answered', async (t) => {
  for (const type of ['TXT', 'ANY', 'HTTPS', 'DS'] as const) {
    const asked = (text: string) => ({ name, type, edns: { options: [subnet(text)] } });
    const denied = asker(refusing('rcode: nxdomain').table)(asked('46.0.0.0/24'));
    t.same([denied.rcode, denied.answers, denied.authorities], [3, [], [SOA.replace(' 60 ', ' 0 ')]], type);
    t.equal(denied.edns?.subnet, '46.0.0.0/24/14');
    const there = asker(refusing('rcode: nxdomain').table)(asked('46.7.0.0/24'));
    t.same([there.rcode, there.edns?.subnet], [0, '46.7.0.0/24/0']);
    for (const word of ['refused', 'nodata'])
      t.equal(asker(refusing(`rcode: ${word}`).table)(asked('46.0.0.0/24')).rcode, 0, `${word} ${type}`);
  }
});

t.test('a family that the pool has no mirror in', async (t) => {
  const four = zone(`${WHO}, rcode: nxdomain`).replaceAll(/, "2001:db8::\d"/g, '');
  const ask = asker(makeTable([four], databases).table);
  t.equal(ask({ name, type: 'AAAA' }, { from: '46.0.0.1' }).rcode, 3);
  t.equal(ask({ name, type: 'AAAA' }, { from: '5.6.0.1' }).rcode, 0);
});

t.test('refusals are counted by pool and family, whatever the catchment', async (t) => {
  const made = refusing('rcode: nxdomain');
  const counters = newCounters(made.table.pools);
  const responder = newResponder(made.table, seededRandom(1), counters);
  const refusals = (family: 'ipv4' | 'ipv6'): number =>
    hitsOf(counters.hits, made.numberOf(name, family)).at(-1) ?? 0;
  for (const from of [...REFUSED_CLIENTS, ...OTHERS]) answerOctets(responder, query({ name }), { from });
  t.same([refusals('ipv4'), refusals('ipv6')], [REFUSED_CLIENTS.length, 0]);
  answerOctets(responder, query({ name, type: 'AAAA' }), { from: '46.0.0.1' });
  t.same([refusals('ipv4'), refusals('ipv6')], [REFUSED_CLIENTS.length, 1]);
});

t.test('whoever falls, refused clients stay refused, and by the row that is there', async (t) => {
  const made = refusing('rcode: refused');
  const counters = newCounters(made.table.pools);
  const responder = newResponder(made.table, seededRandom(1), counters);
  const rcode = (): number => (answerOctets(responder, query({ name }), { from: '46.0.0.1' })[3] ?? 0) & 15;
  t.equal(rcode(), 5);
  const worked = responder.rows.next;
  made.stand(made.numberOf(name), { state: ['down', 'off', 'new'] });
  t.equal(rcode(), 5);
  t.equal(responder.rows.next, worked, 'none was worked out');
});

t.test('a text for which a long name and a long NSID leave no room is left out', async (t) => {
  const label = 'a'.repeat(63);
  const owner = `${label}.${label}.${label}.${'b'.repeat(30)}`;
  const text = 'x'.repeat(120);
  const long = zone(`${WHO}, rcode: refused, text: "${text}"`).replaceAll('get', owner);
  const { table } = makeTable([long], databases);
  const nsid = new Uint8Array(128);
  const responder = newResponder(table, seededRandom(1), undefined, withCookies({ nsid }));
  const all = [subnet('2a00::/128'), cookie('0123456789abcdef'), option(3, new Uint8Array())];
  for (const size of [512, 1232]) {
    const asked = query({ name: `${owner}.dl.example.org`, edns: { size, options: all } });
    const octets = answerOctets(responder, asked);
    t.ok(octets.length <= size, `${octets.length} of ${size}`);
    const { rcode, edns } = readReply(octets);
    t.equal(rcode, 5);
    t.same(edns?.options.slice(-1), [`15:0011${size === 512 ? '' : Buffer.from(text).toString('hex')}`]);
  }
});
