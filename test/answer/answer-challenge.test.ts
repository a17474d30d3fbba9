/** Challenges: TXT where they are, and what else their names say, over what the zone has there. */
import t from 'tap';
import { newChallenges, replaceChallenges } from '../../src/answer/challenges.js';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import { newResponder } from '../../src/answer/responder.js';
import { seededRandom } from '../../src/platform/random.js';
import { answerOctets, makeTable, type Transport } from '../compile/make-table.js';
import { type Asked, query, type Reply, readReply, type TypeName } from '../dns-message.js';

const ZONE = `
zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.10] } }
records:
  "*": { TXT: any, A: 192.0.2.1 }
  _acme-challenge.own: { TXT: [own, other], ttl: 600 }
  _acme-challenge.far: { CNAME: far.example.net }
  eu: { NS: ns1.example.net }
  plain: { A: 192.0.2.2 }
`;

const { table } = makeTable([ZONE]);
const challenges = newChallenges();
const responder = newResponder(table, seededRandom(1), undefined, { ...PLAIN_POLICY, challenges });
const ask = (asked: Asked, transport?: Transport): Reply =>
  readReply(answerOctets(responder, query(asked), transport));
const serve = (tokens: Record<string, string[]>): void => {
  replaceChallenges(
    challenges,
    new Map(Object.entries(tokens).map(([name, all]) => [`${name}dl.example.org`, all])),
  );
};
const TXT = (name: string): string[] => [...ask({ name: `${name}dl.example.org`, type: 'TXT' }).answers];

t.beforeEach(() => serve({}));

t.test('several tokens at a name that the zone does not have', async (t) => {
  serve({ '_acme-challenge.www.': ['one', 'two'] });
  for (let i = 0; i < 2; i++) {
    const reply = ask({ name: '_ACME-challenge.www.dl.example.org', type: 'TXT', edns: {} });
    t.match(reply, { rcode: 0, aa: true, tc: false, authorities: [], additionals: [] });
    t.same(reply.answers, [
      '_ACME-challenge.www.dl.example.org 1 IN TXT "one"',
      '_ACME-challenge.www.dl.example.org 1 IN TXT "two"',
    ]);
  }
  t.same(ask({ name: '_acme-challenge.www.dl.example.org', type: 'TXT', class: 255 }).aa, false);
  serve({});
  t.same(TXT('_acme-challenge.www.'), ['_acme-challenge.www.dl.example.org 3600 IN TXT "any"']);
});

t.test('its name exists, and those above it, and what is below does not', async (t) => {
  serve({ '_acme-challenge.a.b.': ['one'] });
  const cases: [name: string, type: TypeName, rcode: number][] = [
    ['_acme-challenge.a.b.', 'A', 0],
    ['_acme-challenge.a.b.', 'CNAME', 0],
    ['a.b.', 'A', 0],
    ['b.', 'TXT', 0],
    ['x._acme-challenge.a.b.', 'TXT', 3],
    ['x.b.', 'A', 3],
  ];
  for (const [name, type, rcode] of cases) {
    const reply = ask({ name: `${name}dl.example.org`, type });
    t.match(reply, { rcode, aa: true, answers: [] }, `${name} ${type}`);
    t.match(reply.authorities, [/^dl\.example\.org 60 IN SOA /]);
  }
  t.same(TXT('x.'), ['x.dl.example.org 3600 IN TXT "any"'], 'the wildcard covers the rest');
});

t.test('the zone has TXT there: both, with one TTL', async (t) => {
  const name = '_acme-challenge.own.dl.example.org';
  t.same(TXT('_acme-challenge.own.'), [`${name} 600 IN TXT "own"`, `${name} 600 IN TXT "other"`]);
  serve({ '_acme-challenge.own.': ['one'], 'plain.': ['two'], '': ['three'] });
  t.same(
    TXT('_acme-challenge.own.'),
    ['own', 'other', 'one'].map((text) => `${name} 1 IN TXT "${text}"`),
  );
  t.same(TXT('plain.'), ['plain.dl.example.org 1 IN TXT "two"'], 'or something else');
  t.same(ask({ name: 'plain.dl.example.org' }).answers, ['plain.dl.example.org 3600 IN A 192.0.2.2']);
  t.same(ask({ name: 'plain.dl.example.org', type: 'AAAA' }).rcode, 0);
  t.same(TXT(''), ['dl.example.org 1 IN TXT "three"'], 'or a pool');
  t.same(ask({ name: 'dl.example.org' }).answers, ['dl.example.org 60 IN A 192.0.2.10']);
});

t.test('where others answer, they are asked', async (t) => {
  serve({ '_acme-challenge.eu.': ['one'], 'eu.': ['one'], '_acme-challenge.far.': ['one'] });
  for (const name of ['_acme-challenge.eu.dl.example.org', 'eu.dl.example.org']) {
    for (const type of ['TXT', 'A'] as const)
      t.match(ask({ name, type }), { aa: false, answers: [], authorities: [/ NS ns1\.example\.net$/] });
  }
  t.match(TXT('_acme-challenge.far.'), [/ CNAME far\.example\.net$/]);
  replaceChallenges(challenges, new Map([['a.example.com', ['one']]]));
  t.equal(ask({ name: 'a.example.com', type: 'TXT' }).rcode, 5, 'in no zone of ours');
});

t.test('what does not fit says TC, and all of it comes over TCP', async (t) => {
  const tokens = Array.from({ length: 24 }, (_, i) => `${i}`.padEnd(43, 'x'));
  serve({ '_acme-challenge.': tokens });
  const name = '_acme-challenge.dl.example.org';
  t.match(ask({ name, type: 'TXT' }), { tc: true, answers: [] });
  t.equal(ask({ name, type: 'TXT', edns: {} }).answers.length, 0);
  t.equal(ask({ name, type: 'TXT' }, { tcp: true }).answers.length, 24);
  serve({ '_acme-challenge.': tokens.slice(0, 15) });
  t.equal(ask({ name, type: 'TXT', edns: {} }).answers.length, 15);
});
