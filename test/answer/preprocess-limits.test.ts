/** Rate limiting in answers: what a client gets that has had too many, and who is never limited. */
import t from 'tap';
import { TALLY } from '../../src/answer/tally.js';
import { parsePrefix } from '../../src/ip/prefix.js';
import { treeOfPrefixes } from '../../src/ip/prefix-tree.js';
import { makeTable } from '../compile/make-table.js';
import { octets, opt, option, query, type Reply, subnet, withWord } from '../dns-message.js';
import { type Client, clientOf, cookie, limits, NOON, optionOf, withCookies } from './policies.js';
import { EXAMPLE, GERMAN, PLACES } from './zones.js';

const { table } = makeTable([EXAMPLE], { locations: PLACES });
const NAME = 'dl.example.org';
const CLIENT = '2464c4abcf10c957';
const FROM = { from: GERMAN };

/** A client that has had its burst. */
function exhausted(policy = withCookies({ rateLimit: limits() })): Client {
  const client = clientOf(table, policy);
  for (let i = 0; i < 125; i++) {
    const { tc, answers } = client.ask({ name: NAME }, FROM);
    if (tc || answers.length === 0) throw new Error(`limited at ${i}`);
  }
  return client;
}

const counted = ({ responder }: Client): number[] =>
  [TALLY.LIMITED_TRUNCATED, TALLY.LIMITED_BADCOOKIE, TALLY.LIMITED_DROPPED, TALLY.LIMITED_TRIED].map(
    (index) => responder.tally[index] ?? 0,
  );

t.test('slip 1: TC and nothing else', async (t) => {
  const client = exhausted();
  for (const [asked, length] of [
    [{ name: NAME, type: 'TXT' }, 32],
    [{ name: NAME, edns: { options: [subnet('5.1.2.0/24')] } }, 32 + 11 + 11],
    [{ name: `no.${NAME}` }, 35],
    [{ name: 'example.com' }, 29],
    [{ name: NAME, edns: { options: [option(3, new Uint8Array())] } }, 32 + 11],
  ] as const) {
    const reply = client.ask(asked, FROM);
    t.same([reply.tc, reply.rcode, reply.aa, reply.length], [true, 0, false, length]);
    t.same([reply.answers, reply.authorities, reply.additionals], [[], [], []]);
  }
  t.same(counted(client), [5, 0, 0, 0]);
  t.equal(client.responder.tally[TALLY.LIMITED_NETWORK], 5, 'for its address');
  t.equal(client.responder.tally[TALLY.TRUNCATED], 0, 'these are no answers that were too long');
});

t.test('it is so until time has passed', async (t) => {
  const client = exhausted();
  t.ok(client.ask({ name: NAME }, FROM).tc);
  client.responder.now = NOON + 86_400_000;
  t.ok(client.ask({ name: NAME }, FROM).tc, 'which it has not where the clock is set');
  client.responder.monotonic += 20;
  t.notOk(client.ask({ name: NAME }, FROM).tc);
  t.ok(client.ask({ name: NAME }, FROM).tc);
});

t.test('over TCP nobody is limited, nor counted', async (t) => {
  const client = exhausted();
  for (let i = 0; i < 500; i++) client.ask({ name: NAME }, { ...FROM, tcp: true });
  t.equal(client.ask({ name: NAME }, { ...FROM, tcp: true }).tc, false);
  t.equal(client.ask({ name: NAME }, { from: '5.1.2.4', tcp: true }).tc, false);
  t.same(counted(client), [0, 0, 0, 0]);
});

t.test('a client that knows cookies gets BADCOOKIE, and with the good one all answers', async (t) => {
  const client = exhausted();
  const asking = (hex: string) => ({
    name: NAME,
    edns: { options: [cookie(hex), option(3, new Uint8Array())] },
  });
  const refused = client.ask(asking(CLIENT), FROM);
  t.same([refused.rcode, refused.tc, refused.aa, refused.answers], [23, false, false, []]);
  const good = optionOf(refused, 10) ?? '';
  for (let i = 0; i < 1000; i++) {
    const { tc, answers } = client.ask(asking(good), FROM);
    if (tc || answers.length === 0) t.fail('limited');
  }
  t.equal(client.ask(asking(good), { from: '5.1.2.4' }).rcode, 0, 'another address has its own burst');
  t.equal(client.ask({ name: NAME }, FROM).tc, true, 'without it all is as before');
  t.same(counted(client), [1, 1, 0, 0]);
  const bare = octets(
    withWord(withWord(query({ name: NAME }).subarray(0, 12), 4, 0), 10, 1),
    opt(asking(CLIENT).edns),
  );
  const reply = client.send(bare, FROM);
  t.same([reply?.rcode, reply && optionOf(reply, 10)], [23, good], 'a query for a cookie alone as well');
});

t.test('nobody answers what is malformed, or is no query', async (t) => {
  const client = exhausted();
  const messages = [
    query({ name: NAME }).subarray(0, 20),
    octets(query({ name: NAME }), Uint8Array.of(0)),
    query({ name: NAME, flags: 5 << 11 }),
    withWord(query({ name: NAME }).subarray(0, 12), 4, 0),
  ];
  for (const message of messages) t.equal(client.send(message, FROM), undefined);
  t.same(counted(client), [0, 0, 4, 0]);
  t.equal(client.responder.tally[TALLY.SILENT], 0);
});

t.test('slip 0, 2 and 3', async (t) => {
  const pattern = (slip: number): string => {
    const client = exhausted(withCookies({ rateLimit: limits({ slip }) }));
    const kinds = Array.from({ length: 7 }, () => client.send(query({ name: NAME }), FROM)?.tc ?? '-');
    return kinds.map((kind) => (kind === true ? 'T' : kind)).join('');
  };
  t.same([0, 2, 3].map(pattern), ['-------', '-T-T-T-', '--T--T-']);
});

t.test('dry run: counted, and answered as ever', async (t) => {
  const client = exhausted(withCookies({ rateLimit: limits({ dryRun: true }) }));
  for (let i = 0; i < 10; i++) t.notOk(client.ask({ name: NAME }, FROM).tc);
  t.same(counted(client), [0, 0, 0, 10]);
  t.equal(client.responder.tally[TALLY.LIMITED_NETWORK], 10);
});

t.test('exempt networks', async (t) => {
  const prefix = parsePrefix('5.1.2.0/24');
  if ('fault' in prefix) throw new Error(prefix.fault);
  const exempt = treeOfPrefixes([{ prefix, id: 1 }]).tree;
  const client = exhausted(withCookies({ rateLimit: limits({ exempt }) }));
  for (let i = 0; i < 200; i++) if (client.ask({ name: NAME }, FROM).tc) t.fail('limited');
  t.same(counted(client), [0, 0, 0, 0]);
});

t.test('no limited answer is longer than its query, but for a cookie', async (t) => {
  const client = exhausted(withCookies({ rateLimit: limits(), nsid: new Uint8Array(128) }));
  const sizes: number[] = [];
  const longer = (asked: Parameters<Client['ask']>[0]): number => {
    const reply: Reply | undefined = client.send(query(asked), FROM);
    return (reply?.length ?? 0) - query(asked).length;
  };
  for (const edns of [
    undefined,
    {},
    { options: [option(3, new Uint8Array())] },
    { options: [subnet('5.1.0.0/16')] },
  ]) {
    sizes.push(longer({ name: NAME, ...(edns && { edns }) }));
  }
  t.ok(Math.max(...sizes) <= 0, sizes.join(' '));
  t.equal(longer({ name: NAME, edns: { options: [cookie(CLIENT)] } }), 16, 'a server cookie has 16 octets');
});
