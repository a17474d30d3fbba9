/** Options that say something of the server or of why there is no answer: NSID, keepalive, extended errors. */
import t from 'tap';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import { makeTable } from '../compile/make-table.js';
import { type Asked, option, query, subnet } from '../dns-message.js';
import { clientOf, cookie, optionOf, withCookies } from './policies.js';
import { EXAMPLE, PLACES } from './zones.js';

const { table } = makeTable([EXAMPLE], { locations: PLACES });
const NAME = 'dl.example.org';
const none = new Uint8Array();
const NSID = { options: [option(3, none)] };

t.test('RFC 5001: NSID where it is asked for, and where there is one', async (t) => {
  const nsid = Uint8Array.from(Buffer.from('ns1.example.org'));
  const said = Buffer.from(nsid).toString('hex');
  const { ask } = clientOf(table, { ...PLAIN_POLICY, nsid });
  t.equal(optionOf(ask({ name: NAME, edns: NSID }), 3), said);
  t.equal(optionOf(ask({ name: 'example.com', edns: NSID }), 3), said);
  t.equal(
    optionOf(ask({ name: NAME, edns: { options: [option(3, nsid.slice(3))] } }), 3),
    said,
    '§2.2: data is ignored',
  );
  t.same(ask({ name: NAME, edns: { options: [...NSID.options, ...NSID.options] } }).edns?.options, [
    `3:${said}`,
  ]);
  t.same(ask({ name: NAME, edns: {} }).edns?.options, [], 'nobody is told who did not ask');
  t.equal(ask({ name: NAME, edns: { ...NSID, version: 1 } }).edns?.options.length, 0);
  t.same(clientOf(table, PLAIN_POLICY).ask({ name: NAME, edns: NSID }).edns?.options, [], 'nor by default');
});

t.test('RFC 7828: keepalive over TCP, where it is asked for', async (t) => {
  const { ask } = clientOf(table, PLAIN_POLICY);
  const edns = { options: [option(11, none)] };
  t.equal(optionOf(ask({ name: NAME, edns }, { tcp: true }), 11), '0172', '37 s in tenths');
  t.equal(optionOf(ask({ name: `no.${NAME}`, edns }, { tcp: true }), 11), '0172');
  t.same(ask({ name: NAME, edns: {} }, { tcp: true }).edns?.options, []);
  t.same(ask({ name: NAME, edns }).edns?.options, [], '§3.3.1: over UDP it is ignored');
  const wrong = { options: [option(11, Uint8Array.of(0, 100))] };
  t.equal(ask({ name: NAME, edns: wrong }, { tcp: true }).rcode, 1, '§3.1: a query has no time in it');
  t.equal(ask({ name: NAME, edns: wrong }).rcode, 0, 'over UDP even then');
});

t.test('RFC 8914: why there is no answer', async (t) => {
  const { ask } = clientOf(table, withCookies());
  const edns = {};
  const table8914: [what: string, asked: Asked, rcode: number, code: number | undefined][] = [
    ['not our name', { name: 'example.com', edns }, 5, 20],
    ['a transfer', { name: NAME, type: 'AXFR', edns }, 5, 18],
    ['a transfer of changes', { name: NAME, type: 'IXFR', edns }, 5, 18],
    ['another class', { name: NAME, class: 3, edns }, 5, 21],
    ['HESIOD', { name: NAME, class: 4, edns }, 5, 21],
    ['UPDATE', { name: NAME, flags: 5 << 11, edns }, 4, 21],
    ['MAILB', { name: NAME, type: 'MAILB', edns }, 4, 21],
    ['no such name', { name: `no.${NAME}`, edns }, 3, undefined],
    ['no data', { name: NAME, type: 'SSHFP', edns }, 0, undefined],
    ['an answer', { name: NAME, edns }, 0, undefined],
    ['a type that is none', { name: NAME, type: 'TSIG', edns }, 1, undefined],
    ['a malformed option', { name: NAME, edns: { options: [cookie('00')] } }, 1, undefined],
    ['another EDNS', { name: NAME, edns: { version: 3 } }, 16, undefined],
  ];
  for (const [what, asked, rcode, code] of table8914) {
    const reply = ask(asked);
    t.equal(reply.rcode, rcode, what);
    t.equal(optionOf(reply, 15), code === undefined ? undefined : `00${code.toString(16)}`, what);
  }
  t.equal(ask({ name: 'example.com' }).edns, undefined, 'only in OPT, and that only where the query had one');
});

t.test('all of them at once, in the longest answer without records', async (t) => {
  const nsid = new Uint8Array(128).fill(0x61);
  const { send } = clientOf(table, withCookies({ nsid }));
  const name = [60, 60, 60, 60].map((size) => 'x'.repeat(size)).join('.');
  const options = [subnet('2001:db8::1/128'), cookie('00'.repeat(8)), option(11, none), option(3, none)];
  for (const tcp of [false, true]) {
    const reply = send(query({ name, edns: { size: 512, options } }), { tcp });
    t.same(
      reply?.edns?.options.map((text) => text.split(':')[0]),
      tcp ? ['8', '10', '11', '3', '15'] : ['8', '10', '3', '15'],
    );
    t.ok((reply?.length ?? 513) <= 512, `${reply?.length} octets`);
  }
});
