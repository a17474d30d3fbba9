/** What a zone's names answer: records of every type, pools, and the question as it came. */
import t from 'tap';
import { newResponder } from '../../src/answer/responder.js';
import { seededRandom } from '../../src/platform/random.js';
import { answerOctets, asker, makeTable } from '../compile/make-table.js';
import { addressesOf, query, type TypeName } from '../dns-message.js';
import { AMERICAN, EXAMPLE, GERMAN, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });
const ask = asker(made.table);

t.test('static records', async (t) => {
  const table: [name: string, type: TypeName | number, answers: string[]][] = [
    [
      'dl.example.org',
      'SOA',
      ['3600 IN SOA ns1.dl.example.org hostmaster.example.org 7 14400 3600 1209600 90'],
    ],
    ['dl.example.org', 'TXT', ['600 IN TXT "mirror pool of example.org"']],
    ['dl.example.org', 'MX', ['600 IN MX 10 mail.example.org', '600 IN MX 0 .']],
    ['dl.example.org', 'CAA', ['600 IN CAA 0 issue "ca.example.net"']],
    ['dl.example.org', 65_280, ['600 IN TYPE65280 0a000001']],
    ['ns1.dl.example.org', 'A', ['300 IN A 192.0.2.53', '300 IN A 192.0.2.54']],
    ['ns1.dl.example.org', 'AAAA', ['300 IN AAAA 2001:db8::53']],
    ['_https._tcp.dl.example.org', 'SRV', ['3600 IN SRV 0 5 443 dl.example.org']],
    ['a.b.c.dl.example.org', 'TXT', ['3600 IN TXT "deep"']],
  ];
  for (const [name, type, answers] of table) {
    const reply = ask({ name, type });
    t.equal(reply.rcode, 0);
    t.equal(reply.aa, true);
    t.same(
      reply.answers,
      answers.map((answer) => `${name} ${answer}`),
    );
    t.same(reply.authorities, [], 'positive answers carry no authority section');
    t.same(reply.additionals, []);
  }
});

t.test('name servers, with the addresses of those inside the zone', async (t) => {
  const reply = ask({ name: 'dl.example.org', type: 'NS' });
  t.same(reply.answers, [
    'dl.example.org 3600 IN NS ns1.dl.example.org',
    'dl.example.org 3600 IN NS ns2.dl.example.org',
    'dl.example.org 3600 IN NS ns3.example.net',
  ]);
  t.same(reply.additionals, [
    'ns1.dl.example.org 300 IN A 192.0.2.53',
    'ns1.dl.example.org 300 IN A 192.0.2.54',
    'ns1.dl.example.org 300 IN AAAA 2001:db8::53',
    'ns2.dl.example.org 3600 IN A 198.51.100.53',
  ]);
  t.equal(reply.aa, true);
});

t.test('pools answer with the nearest mirrors of the client', async (t) => {
  const german = ask({ name: 'dl.example.org' }, { from: GERMAN });
  t.same([...german.answers].sort(), [
    'dl.example.org 60 IN A 192.0.2.10',
    'dl.example.org 60 IN A 192.0.2.20',
  ]);
  t.equal(german.aa, true);
  t.same(german.authorities, []);
  t.same(german.additionals, []);
  const american = ask({ name: 'dl.example.org', type: 'AAAA' }, { from: AMERICAN });
  t.same([...american.answers].sort(), [
    'dl.example.org 60 IN AAAA 2001:db8:30::10',
    'dl.example.org 60 IN AAAA 2001:db8:40::10',
  ]);
  const six = ask({ name: 'dl.example.org' }, { from: '2a00::1' });
  t.same(addressesOf(six).sort(), ['192.0.2.10', '192.0.2.20'], 'a client is where its own address is');
});

t.test('a pool has no more addresses than mirrors, and none of weight 0', async (t) => {
  t.same(addressesOf(ask({ name: 'four.dl.example.org' })).sort(), ['192.0.2.10', '198.51.100.10']);
  t.same(addressesOf(ask({ name: 'only4.dl.example.org' })), ['198.51.100.30']);
  const seen = new Set<string>();
  for (let i = 0; i < 2000; i++)
    for (const one of addressesOf(ask({ name: 'dl.example.org' }))) seen.add(one);
  t.notOk(seen.has('203.0.113.99'));
});

t.test('the case of the question is kept, and of every name that points to it', async (t) => {
  const responder = newResponder(made.table, seededRandom(1));
  const names = [
    'DL.EXAMPLE.ORG',
    'dL.eXaMpLe.oRg',
    'Ns1.dL.example.ORG',
    'X.Wild.DL.example.ORG',
    'NX.dl.Example.org',
  ];
  for (const name of names) {
    for (const type of ['A', 'NS', 'TXT', 'SOA'] as const) {
      const message = query({ name, type });
      const answer = answerOctets(responder, message);
      t.same(answer.subarray(12, message.length), message.subarray(12), 'the octets of the question');
      const reply = ask({ name, type });
      const zone = name.slice(-14);
      for (const line of reply.answers) t.ok(line.startsWith(`${name} `), line);
      for (const line of reply.authorities) t.ok(line.startsWith(`${zone} `), line);
      for (const line of reply.additionals) t.match(line, new RegExp(`^ns[12]\\.${zone} `));
    }
  }
});

t.test('the answer has the id, one question and no recursion', async (t) => {
  const reply = ask({ name: 'dl.example.org', id: 0xbeef, flags: 0x0100 });
  t.equal(reply.id, 0xbeef);
  t.equal(reply.question, 'dl.example.org 1 1');
  t.same(
    [reply.qr, reply.opcode, reply.rd, reply.ra, reply.tc, reply.ad, reply.cd],
    [true, 0, true, false, false, false, false],
  );
  const plain = ask({ name: 'dl.example.org', id: 1 });
  t.equal(plain.rd, false);
  t.same(
    ask({ name: 'dl.example.org', type: 'TXT', flags: 0x0100 }).answers,
    ask({ name: 'dl.example.org', type: 'TXT' }).answers,
    'RD changes nothing',
  );
});

t.test('bits that a query should not have do not come back', async (t) => {
  const reply = ask({ name: 'dl.example.org', type: 'TXT', flags: 0x07f0 });
  t.same(
    [reply.aa, reply.tc, reply.rd, reply.ra, reply.ad, reply.cd, reply.rcode],
    [true, false, true, false, false, false, 0],
  );
  const rcode = ask({ name: 'dl.example.org', type: 'TXT', flags: 0x000f });
  t.equal(rcode.rcode, 0);
});

t.test('RFC 8482: ANY gets one HINFO record', async (t) => {
  for (const name of [
    'dl.example.org',
    'ns1.dl.example.org',
    'only4.dl.example.org',
    'x.wild.dl.example.org',
  ]) {
    const reply = ask({ name, type: 'ANY' });
    t.same(reply.answers, [`${name} 3600 IN HINFO "RFC8482" ""`]);
    t.equal(reply.aa, true);
  }
  t.same(ask({ name: 'dl.example.org', type: 'HINFO' }).answers, [], 'which nobody has who asks for it');
});

t.test('RFC 8482 §4.2: not beside a CNAME, which is the answer then', async (t) => {
  for (const name of ['www.dl.example.org', 'out.dl.example.org', 'x.alias.dl.example.org']) {
    const { answers } = ask({ name, type: 'ANY' });
    t.equal(answers.length, 1);
    t.match(answers[0], / IN CNAME /);
  }
});

t.test('ANY of names without records is as any type of theirs', async (t) => {
  const empty = ask({ name: 'b.c.dl.example.org', type: 'ANY' });
  t.same([empty.rcode, empty.answers.length, empty.authorities.length], [0, 0, 1]);
  const missing = ask({ name: 'x.dl.example.org', type: 'ANY' });
  t.same([missing.rcode, missing.answers.length, missing.authorities.length], [3, 0, 1]);
});
