/** DNS cookies in answers: RFC 7873 §5.2 and §5.4, case by case. */
import t from 'tap';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import { TALLY } from '../../src/answer/tally.js';
import { makeTable } from '../compile/make-table.js';
import { octets, opt, query, type Reply, withWord } from '../dns-message.js';
import { clientOf, cookie, NOON, optionOf, withCookies } from './policies.js';
import { EXAMPLE, GERMAN, PLACES } from './zones.js';

const { table } = makeTable([EXAMPLE], { locations: PLACES });
const NAME = 'dl.example.org';
const CLIENT = '2464c4abcf10c957';
const COOKIE = 10;

const asking = (hex: string) => ({ name: NAME, type: 'TXT', edns: { options: [cookie(hex)] } }) as const;

/** A good cookie for GERMAN at NOON. */
function goodCookie(): string {
  const reply = clientOf(table, withCookies()).ask(asking(CLIENT), { from: GERMAN });
  return optionOf(reply, COOKIE) ?? '';
}

t.test('§5.2.1: without the option the answer has none', async (t) => {
  const { ask } = clientOf(table, withCookies());
  t.same(ask({ name: NAME, edns: {} }).edns?.options, []);
  t.equal(ask({ name: NAME }).edns, undefined);
});

t.test('§5.2.2: a malformed option is FORMERR, with OPT and question', async (t) => {
  const { ask } = clientOf(table, withCookies());
  for (let size = 0; size <= 50; size++) {
    const reply = ask(asking('ab'.repeat(size)));
    const valid = size === 8 || (size >= 16 && size <= 40);
    t.equal(reply.rcode, valid ? 0 : 1, `${size} octets`);
    t.equal(reply.question, `${NAME} 1 16`);
    t.equal(optionOf(reply, COOKIE)?.length, valid ? 48 : undefined);
  }
});

t.test('two questions and a malformed cookie: the answer says that it repeats neither', async (t) => {
  const one = query({ name: NAME });
  const message = octets(
    withWord(withWord(one, 4, 2), 10, 1),
    one.subarray(12),
    opt({ options: [cookie('ab')] }),
  );
  const reply = clientOf(table, withCookies()).send(message);
  t.match(reply, { rcode: 1, question: undefined, edns: { options: [] } });
});

t.test('§5.2: cookies that are not in use are passed over, malformed or not', async (t) => {
  const { ask } = clientOf(table, PLAIN_POLICY);
  for (const hex of ['', 'ab', CLIENT, goodCookie(), 'ab'.repeat(41)]) {
    const reply = ask(asking(hex));
    t.same([reply.rcode, reply.answers.length, reply.edns?.options], [0, 1, []]);
  }
  const bare = octets(
    withWord(withWord(query(asking(CLIENT)).subarray(0, 12), 4, 0), 10, 1),
    opt(asking(CLIENT).edns),
  );
  t.equal(clientOf(table, PLAIN_POLICY).send(bare)?.rcode, 1, 'RFC 9619 §4');
});

t.test('§5.2.3: a client cookie is answered, and learns ours', async (t) => {
  const { ask, responder } = clientOf(table, withCookies());
  const reply = ask(asking(CLIENT), { from: GERMAN });
  t.same([reply.rcode, reply.answers.length], [0, 1]);
  t.match(optionOf(reply, COOKIE), /^2464c4abcf10c95701000000[0-9a-f]{24}$/);
  t.equal(responder.tally[TALLY.COOKIE_CLIENT_ONLY], 1);
});

t.test('§5.2.4: one that is no good is answered likewise', async (t) => {
  const { ask, responder } = clientOf(table, withCookies());
  const good = goodCookie();
  for (const bad of [`${good.slice(0, -1)}${good.endsWith('0') ? 1 : 0}`, good.slice(0, 34), `${good}00`]) {
    const reply = ask(asking(bad), { from: GERMAN });
    t.same([reply.rcode, reply.answers.length], [0, 1]);
    t.equal(optionOf(reply, COOKIE), good);
  }
  t.equal(optionOf(ask(asking(good), { from: '5.9.9.9' }), COOKIE)?.slice(0, 32), good.slice(0, 32));
  t.not(optionOf(ask(asking(good), { from: '5.9.9.9' }), COOKIE), good, "another client's");
  t.equal(responder.tally[TALLY.COOKIE_INVALID], 5);
});

t.test('§5.2.5: a good one comes back; an old one is renewed', async (t) => {
  const { ask, responder } = clientOf(table, withCookies());
  const good = goodCookie();
  t.equal(optionOf(ask(asking(good), { from: GERMAN }), COOKIE), good);
  responder.now = NOON + 1_799_999;
  t.equal(optionOf(ask(asking(good), { from: GERMAN }), COOKIE), good);
  responder.now = NOON + 1_800_000;
  const renewed = optionOf(ask(asking(good), { from: GERMAN }), COOKIE);
  t.not(renewed, good);
  t.equal(optionOf(ask(asking(renewed ?? ''), { from: GERMAN }), COOKIE), renewed);
  t.equal(responder.tally[TALLY.COOKIE_VALID], 4);
});

t.test('every answer with OPT has it, whatever its rcode', async (t) => {
  const { ask } = clientOf(table, withCookies());
  const edns = { options: [cookie(CLIENT)] };
  const replies: [rcode: number, reply: Reply][] = [
    [3, ask({ name: `no.${NAME}`, edns })],
    [0, ask({ name: NAME, type: 'SSHFP', edns })],
    [5, ask({ name: 'example.com', edns })],
    [5, ask({ name: NAME, type: 'AXFR', edns })],
    [4, ask({ name: NAME, flags: 5 << 11, edns })],
    [0, ask({ name: NAME, edns }, { tcp: true })],
    [0, ask({ name: NAME, edns }, { from: '2a00::1' })],
  ];
  for (const [rcode, reply] of replies) {
    t.equal(reply.rcode, rcode);
    t.match(optionOf(reply, COOKIE), /^2464c4abcf10c95701000000/);
  }
  t.equal(optionOf(ask({ name: NAME, edns: { ...edns, version: 1 } }), COOKIE), undefined, 'but for BADVERS');
});

t.test('§5.4: a query without a question asks for a cookie', async (t) => {
  const bare = (hex: string): Uint8Array =>
    octets(withWord(withWord(query({ name: NAME }).subarray(0, 12), 4, 0), 10, 1), opt(asking(hex).edns));
  const good = goodCookie();
  const bad = `${good.slice(0, -2)}${good.endsWith('00') ? '01' : '00'}`;
  for (const tcp of [false, true]) {
    const { send } = clientOf(table, withCookies());
    for (const [hex, rcode, answer] of [
      [CLIENT, 0, good],
      [good, 0, good],
      [bad, 23, good],
      ['abcd', 1, undefined],
    ] as const) {
      const reply = send(bare(hex), { from: GERMAN, tcp });
      t.same([reply?.rcode, reply?.question, reply?.answers], [rcode, undefined, []], hex);
      t.equal(reply && optionOf(reply, COOKIE), answer);
      t.notOk(reply?.aa);
    }
    t.equal(
      send(withWord(query({ name: NAME }).subarray(0, 12), 4, 0), { tcp })?.rcode,
      1,
      'no OPT, no cookie',
    );
  }
});

t.test(
  'a malformed cookie beside two questions does not make the header say what is not there',
  async (t) => {
    const { send } = clientOf(table, withCookies());
    const one = query(asking('abcd'));
    const reply = send(withWord(octets(one.subarray(0, 32), one.subarray(12)), 4, 2));
    t.same([reply?.rcode, reply?.question, reply?.length], [1, undefined, 12 + 11]);
  },
);

t.test('required: BADCOOKIE over UDP to clients that know cookies, and to nobody else', async (t) => {
  const { ask } = clientOf(table, withCookies({ cookieRequired: true }));
  const good = goodCookie();
  const refused = ask(asking(CLIENT), { from: GERMAN });
  t.same([refused.rcode, refused.answers, refused.aa, optionOf(refused, COOKIE)], [23, [], false, good]);
  t.equal(ask(asking(good), { from: '5.9.9.9' }).rcode, 23);
  t.same(
    [ask(asking(good), { from: GERMAN }).rcode, ask(asking(good), { from: GERMAN }).answers.length],
    [0, 1],
  );
  t.equal(ask(asking(CLIENT), { from: GERMAN, tcp: true }).rcode, 0, 'TCP is proof enough');
  t.equal(ask({ name: NAME, edns: {} }, { from: GERMAN }).rcode, 0);
  t.equal(ask({ name: NAME }, { from: GERMAN }).rcode, 0);
});

t.test('a cookie takes room too', async (t) => {
  const { ask } = clientOf(table, withCookies());
  const text = (size: number) => `
zone: example.org
ns: [ns.example.net]
pools: { p: {} }
mirrors: { m: { addresses: [192.0.2.1] } }
records: { big: { TXT: ["${'x'.repeat(size)}"] } }
`;
  t.ok(ask(asking(CLIENT)).length <= 512);
  // Header, question, record, OPT and cookie: 12 + 21 + 12 + (size + 2) + 11 + 28.
  for (const [size, tc] of [
    [426, false],
    [427, true],
  ] as const) {
    const client = clientOf(makeTable([text(size)]).table, withCookies());
    const reply = client.ask({
      name: 'big.example.org',
      type: 'TXT',
      edns: { size: 512, options: [cookie(CLIENT)] },
    });
    t.same(
      [reply.tc, reply.length <= 512, optionOf(reply, COOKIE)?.length],
      [tc, true, 48],
      `${reply.length}`,
    );
  }
});
