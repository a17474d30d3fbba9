/** EDNS, and how large an answer may be: what is left out first, and when nothing but TC is left. */
import t from 'tap';
import { respond } from '../../src/answer/respond.js';
import { newResponder } from '../../src/answer/responder.js';
import { seededRandom } from '../../src/platform/random.js';
import { asker, makeTable } from '../compile/make-table.js';
import { type Edns, octets, opt, option, query, readReply, subnet, word } from '../dns-message.js';
import { EXAMPLE, GERMAN, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });
const ask = asker(made.table);

t.test('OPT comes back where it was sent, and nowhere else', async (t) => {
  for (const type of ['A', 'TXT', 'SRV', 'ANY', 'AXFR'] as const) {
    t.equal(ask({ name: 'dl.example.org', type }).edns, undefined);
    t.match(ask({ name: 'dl.example.org', type, edns: {} }).edns, { size: 1232, version: 0, flags: 0 });
  }
  for (const name of ['x.dl.example.org', 'example.com', 'www.dl.example.org']) {
    t.ok(ask({ name, edns: {} }).edns);
  }
});

t.test('RFC 3225 §3: DO comes back as it came; other flags do not', async (t) => {
  t.equal(ask({ name: 'dl.example.org', edns: { dnssecOk: true } }).edns?.flags, 0x8000);
  t.equal(ask({ name: 'x.dl.example.org', edns: { dnssecOk: true } }).edns?.flags, 0x8000);
  t.equal(ask({ name: 'dl.example.org', edns: { flags: 0x7fff } }).edns?.flags, 0);
});

t.test('RFC 6891 §6.1.3: BADVERS says which version there is', async (t) => {
  for (const version of [1, 2, 100, 255]) {
    for (const name of ['dl.example.org', 'x.dl.example.org', 'example.com']) {
      const reply = ask({ name, edns: { version, dnssecOk: true, options: [subnet('5.0.0.0/24')] } });
      t.equal(reply.rcode, 16);
      t.equal(reply.aa, false);
      t.same([reply.answers, reply.authorities, reply.additionals], [[], [], []]);
      t.same(reply.edns, { size: 1232, version: 0, flags: 0x8000, options: [] });
    }
  }
});

t.test('options that nobody knows change nothing and do not come back', async (t) => {
  const options = [
    option(3, new Uint8Array()),
    option(10, new Uint8Array(8)),
    option(9, new Uint8Array()),
    option(11, new Uint8Array()),
    // RFC 7830 §6: nothing is padded in cleartext.
    option(12, new Uint8Array(50)),
    option(14, new Uint8Array(2)),
    option(15, new Uint8Array(2)),
    option(65_001, new Uint8Array(100)),
  ];
  const reply = ask({ name: 'dl.example.org', edns: { options } }, { from: GERMAN });
  t.equal(reply.rcode, 0);
  t.same(reply.edns?.options, []);
});

t.test('a malformed OPT record gets FORMERR, with one that is not', async (t) => {
  const table: Edns[] = [
    { options: [word(3)] },
    { options: [octets(word(3), word(9))] },
    { options: [subnet('5.0.0.0/24', 1)] },
    { options: [subnet('5.0.0.0/24'), subnet('5.0.0.0/24')] },
  ];
  for (const edns of table) {
    const reply = ask({ name: 'dl.example.org', edns });
    t.equal(reply.rcode, 1);
    t.equal(reply.question, 'dl.example.org 1 1');
    t.same(reply.answers, []);
    t.same(reply.edns?.options, [], 'no subnet of a message that is not believed');
  }
  const twice = ask({ name: 'dl.example.org', edns: {}, additional: [opt()] });
  t.equal(twice.rcode, 1);
  t.ok(twice.edns);
});

/** A zone whose TXT records take a given number of octets in an answer, its header and question aside. */
function sized(body: number): string {
  const overhead = 2 + 10;
  const text = (size: number): string =>
    `"${'t'.repeat(size - overhead - Math.ceil((size - overhead) / 256))}"`;
  return `
zone: example.org
ns: [ns.example.net]
pools: { p: {} }
mirrors: { m: { addresses: [192.0.2.1] } }
records:
  big: { TXT: [${text(body)}] }
`;
}

/** Octets of the header and of the question for big.example.org. */
const QUESTION = 12 + 17 + 4;
const OPT = 11;

t.test('the limit, to the octet', async (t) => {
  const table: [edns: Edns | undefined, limit: number][] = [
    [undefined, 512],
    [{ size: 0 }, 512],
    [{ size: 511 }, 512],
    [{ size: 512 }, 512],
    [{ size: 513 }, 513],
    [{ size: 1000 }, 1000],
    [{ size: 1231 }, 1231],
    [{ size: 1232 }, 1232],
    [{ size: 1233 }, 1232],
    [{ size: 4096 }, 1232],
    [{ size: 65_535 }, 1232],
  ];
  for (const [edns, limit] of table) {
    const room = limit - QUESTION - (edns === undefined ? 0 : OPT);
    for (const over of [0, 1]) {
      const sizedAsk = asker(makeTable([sized(room + over)]).table);
      const asked = { name: 'big.example.org', type: 'TXT' as const, ...(edns && { edns }) };
      const reply = sizedAsk(asked);
      t.equal(reply.tc, over === 1, `${edns?.size} and ${over} too many`);
      t.equal(reply.length, over === 1 ? limit - room : limit);
      t.equal(reply.answers.length, over === 1 ? 0 : 1, 'whole or not at all');
      t.same([reply.rcode, reply.aa], [0, true]);
      t.equal(reply.edns !== undefined, edns !== undefined, 'OPT stays when all else goes');
      const tcp = sizedAsk(asked, { tcp: true });
      t.same([tcp.tc, tcp.answers.length], [false, 1], 'TCP has no such limit');
    }
  }
});

t.test('a client subnet takes room too', async (t) => {
  const room = 512 - QUESTION - OPT - 11;
  const edns = { size: 512, options: [subnet('5.1.2.0/24')] };
  const asked = { name: 'big.example.org', type: 'TXT', edns } as const;
  t.equal(asker(makeTable([sized(room)]).table)(asked).length, 512);
  const cut = asker(makeTable([sized(room + 1)]).table)(asked);
  t.equal(cut.tc, true);
  t.equal(cut.edns?.subnet, '5.1.2.0/24/0', 'it comes back with TC as well');
});

t.test('the largest of messages goes over TCP', async (t) => {
  const text = 'x'.repeat(59_000);
  const zone = `zone: example.org\nns: [ns.example.net]\npools: { p: {} }\nmirrors: { m: { addresses: [192.0.2.1] } }\nrecords: { big: { TXT: ["${text}"] } }\n`;
  const large = asker(makeTable([zone]).table);
  const reply = large({ name: 'big.example.org', type: 'TXT', edns: {} }, { tcp: true });
  t.ok(reply.length > 59_000);
  t.equal(reply.answers.length, 1);
  t.equal(large({ name: 'big.example.org', type: 'TXT', edns: { size: 65_535 } }).tc, true);
});

const SERVERS = `
zone: example.org
ns: [${Array.from({ length: 10 }, (_, i) => `ns${i}.example.org`).join(', ')}]
pools: { p: {} }
mirrors: { m: { addresses: [192.0.2.1] } }
records:
${Array.from({ length: 10 }, (_, i) => `  ns${i}: { A: [192.0.2.${i}], AAAA: ["2001:db8::${i}"] }`)
  .map((line) => line.replace('192.0.2.0', '192.0.2.100').replace('::0', '::100'))
  .join('\n')}
`;

t.test('the additional section goes before anything is truncated', async (t) => {
  const servers = asker(makeTable([SERVERS]).table);
  const small = servers({ name: 'example.org', type: 'NS' });
  t.same([small.answers.length, small.additionals.length, small.tc], [10, 0, false]);
  const edns = servers({ name: 'example.org', type: 'NS', edns: { size: 512 } });
  t.same([edns.answers.length, edns.additionals.length, edns.tc], [10, 0, false]);
  t.ok(edns.edns, 'but for OPT');
  for (const reply of [
    servers({ name: 'example.org', type: 'NS', edns: {} }),
    servers({ name: 'example.org', type: 'NS' }, { tcp: true }),
  ]) {
    t.same([reply.answers.length, reply.additionals.length, reply.tc], [10, 20, false]);
    t.equal(reply.additionals[3], 'ns1.example.org 3600 IN AAAA 2001:db8::1');
  }
});

t.test('a pool that does not fit is cut off whole', async (t) => {
  const long = `${`${'x'.repeat(60)}.`.repeat(3)}${'y'.repeat(58)}`;
  const zone = `
zone: example.org
ns: [ns.example.net]
pools: { "@": { answers: 8 } }
mirrors:
${Array.from({ length: 8 }, (_, i) => `  m${i}: { addresses: ["2001:db8::${i + 1}"] }`).join('\n')}
records: { ${long}: { CNAME: example.org } }
`;
  const pooled = asker(makeTable([zone]).table);
  const cut = pooled({ name: `${long}.example.org`, type: 'AAAA' });
  t.same([cut.tc, cut.answers.length, cut.rcode], [true, 0, 0]);
  const whole = pooled({ name: `${long}.example.org`, type: 'AAAA', edns: {} });
  t.same([whole.tc, whole.answers.length], [false, 9]);
  t.equal(pooled({ name: 'example.org', type: 'AAAA' }).answers.length, 8);
});

t.test('a negative answer that does not fit keeps its rcode', async (t) => {
  const name = (letter: string): string => `${`${letter.repeat(60)}.`.repeat(3)}${letter.repeat(50)}`;
  const zone = `
zone: example.org
ns: [ns.example.net]
soa: { mname: ${name('a')}, rname: ${name('b')} }
pools: { "@": {} }
mirrors: { m: { addresses: [192.0.2.1] } }
`;
  const wide = asker(makeTable([zone]).table);
  const missing = wide({ name: 'x.example.org' });
  t.same([missing.tc, missing.rcode, missing.aa, missing.authorities], [true, 3, true, []]);
  t.equal(wide({ name: 'example.org', type: 'TXT' }).rcode, 0);
  t.equal(wide({ name: 'x.example.org', edns: {} }).authorities.length, 1);
});

t.test('what is left out is not written either', async (t) => {
  const responder = newResponder(makeTable([SERVERS]).table, seededRandom(1));
  const message = query({ name: 'example.org', type: 'NS' });
  const packet = new Uint8Array(2000).fill(0xa5);
  packet.set(message);
  const length = respond(new DataView(packet.buffer), 0, message.length, false, responder);
  t.equal(readReply(packet.subarray(0, length)).answers.length, 10);
  t.ok(packet.subarray(length).every((octet) => octet === 0xa5));
});
