/** Delegations: who asks at or below one is sent on (RFC 1034 §4.3.2 step 3b), and told of DS by the side above. */
import t from 'tap';
import { newResponder } from '../../src/answer/responder.js';
import { seededRandom } from '../../src/platform/random.js';
import { answerOctets, asker, makeTable } from '../compile/make-table.js';
import { query, subnet, type TypeName } from '../dns-message.js';

const MANY = Array.from({ length: 13 }, (_, i) => `n${i}`);

const OUTER = `
zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.10] } }
records:
  "*": { TXT: any }
  eu:
    NS: [ns1.eu.dl.example.org, ns.us.dl.example.org, ns1.example.net]
    DS: '1 13 2 ${'ab'.repeat(32)}'
    ttl: 300
  ns1.eu: { A: 192.0.2.1, AAAA: "2001:db8::1", ttl: 60 }
  us: { NS: [ns.us.dl.example.org] }
  ns.us: { A: 192.0.2.2 }
  www: { CNAME: a.eu.dl.example.org }
  many: { NS: [${MANY.map((name) => `${name}.many.dl.example.org`).join(', ')}] }
${MANY.map((name, i) => `  ${name}.many: { A: 192.0.2.${i}, AAAA: "2001:db8::${i}" }`).join('\n')}
  sib: { NS: [${MANY.map((name) => `${name}.many.dl.example.org`).join(', ')}] }
  in.side: { NS: ns1.example.net, DS: '2 13 9 00' }
`;
const inner = (zone: string) => `
zone: ${zone}
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { boreas: { addresses: [192.0.2.20] } }
`;

const { table } = makeTable([OUTER, inner('in.side.dl.example.org'), inner('a.b.eu.dl.example.org')]);
const ask = asker(table);

const AUTHORITIES = ['ns1.eu.dl.example.org', 'ns.us.dl.example.org', 'ns1.example.net'].map(
  (server) => `eu.dl.example.org 300 IN NS ${server}`,
);
const GLUE = ['ns1.eu.dl.example.org 60 IN A 192.0.2.1', 'ns1.eu.dl.example.org 60 IN AAAA 2001:db8::1'];
const SIBLING = 'ns.us.dl.example.org 3600 IN A 192.0.2.2';

t.test('at and below a delegation everybody is referred, whatever they ask', async (t) => {
  const names = ['', 'a.', 'ns1.', 'b.', 'x.y.z.', '*.', 'x.b.'].map((label) => `${label}eu.dl.example.org`);
  const types: (TypeName | number)[] = ['A', 'NS', 'SOA', 'TXT', 'ANY', 'CNAME', 46];
  for (const name of names) {
    for (const type of types) {
      const reply = ask({ name, type, edns: { options: [subnet('5.1.2.0/24')] } });
      const title = `${name} ${type}`;
      t.same([reply.rcode, reply.aa, reply.tc], [0, false, false], title);
      t.same(reply.answers, [], title);
      t.same(reply.authorities, AUTHORITIES, title);
      t.same(reply.additionals, [...GLUE, SIBLING], title);
      t.equal(reply.edns?.subnet, '5.1.2.0/24/0', title);
    }
  }
});

t.test('the case of the question is where its octets are', async (t) => {
  const responder = newResponder(table, seededRandom(1));
  const message = query({ name: 'a.EU.dl.example.org' });
  t.same(answerOctets(responder, message).subarray(12, message.length), message.subarray(12));
  t.equal(ask({ name: 'a.EU.dl.example.org' }).authorities[0]?.split(' ')[0], 'EU.dl.example.org');
});

t.test('DS is answered by this side', async (t) => {
  const ds = ask({ name: 'eu.dl.example.org', type: 43 });
  t.equal(ds.aa, true);
  t.same(ds.answers, [`eu.dl.example.org 300 IN DS 1 13 2 ${'ab'.repeat(32)}`]);
  t.same(ds.authorities, []);
  const none = ask({ name: 'us.dl.example.org', type: 43 });
  t.equal(none.aa, true);
  t.same(none.answers, []);
  t.match(none.authorities, [/^dl\.example\.org 60 IN SOA /]);
  t.same(ask({ name: 'a.eu.dl.example.org', type: 43 }).authorities, AUTHORITIES, 'below, by theirs');
});

t.test('a delegation between this zone and one inside', async (t) => {
  t.match(
    ask({ name: 'in.side.dl.example.org' }).answers,
    [/ A 192\.0\.2\.20$/],
    'what is served is answered',
  );
  t.match(ask({ name: 'in.side.dl.example.org', type: 43 }).answers, [/ DS 2 13 9 00$/]);
  t.match(ask({ name: 'a.b.eu.dl.example.org' }).answers, [/ A 192\.0\.2\.20$/]);
  t.same(ask({ name: 'a.b.eu.dl.example.org', type: 43 }).authorities, AUTHORITIES, 'eu would know');
});

t.test('a wildcard above covers nothing of it, and an alias into it ends there', async (t) => {
  t.same(ask({ name: 'x.dl.example.org', type: 'TXT' }).answers, ['x.dl.example.org 3600 IN TXT "any"']);
  t.same(ask({ name: 'x.us.dl.example.org', type: 'TXT' }).answers, []);
  const alias = ask({ name: 'www.dl.example.org' });
  t.same([alias.aa, alias.authorities], [true, []]);
  t.same(alias.answers, ['www.dl.example.org 3600 IN CNAME a.eu.dl.example.org']);
});

t.test('glue fits or the answer is truncated; what is no glue is left out (RFC 9471)', async (t) => {
  const plain = ask({ name: 'x.many.dl.example.org' });
  t.same([plain.tc, plain.aa, plain.authorities.length, plain.additionals.length], [true, false, 0, 0]);
  const edns = ask({ name: 'x.many.dl.example.org', edns: {} });
  t.same([edns.tc, edns.authorities.length, edns.additionals.length], [false, 13, 26]);
  const tcp = ask({ name: 'x.many.dl.example.org' }, { tcp: true });
  t.same([tcp.tc, tcp.authorities.length, tcp.additionals.length], [false, 13, 26]);
  const sibling = ask({ name: 'x.sib.dl.example.org' });
  t.same([sibling.tc, sibling.authorities.length, sibling.additionals.length], [false, 13, 0]);
});
