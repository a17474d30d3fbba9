/** What is answered where nobody is up: by what the pool does in panic. */
import t from 'tap';
import type { AddressState } from '../../src/select/health-view.js';
import { asker, makeTable } from '../compile/make-table.js';
import { addressesOf } from '../dns-message.js';

const zone = (panic: string): string => `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 2, panic: ${panic}, probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1], only_countries: [DE] }
  boreas: { addresses: [192.0.2.2, "2001:db8::2"], only_countries: [FR] }
  dune: { addresses: [192.0.2.3], backup: true, except_countries: [FR] }
records:
  www: { CNAME: dl.example.org }
`;
const locations = { '5.0.0.0/8': 'DE', '6.0.0.0/8': 'FR' };
const GERMAN = { from: '5.0.0.1' };
const FRENCH = { from: '6.0.0.1' };
const ALL_DOWN: Record<string, AddressState> = {
  '192.0.2.1': 'down',
  '192.0.2.2': 'down',
  '192.0.2.3': 'down',
  '2001:db8::2': 'down',
};
const asking = (panic: string, state: Record<string, AddressState>) =>
  asker(makeTable([zone(panic)], { locations, state }).table);
const name = 'dl.example.org';

t.test('servfail: SERVFAIL that says why, not authoritative and without records', async (t) => {
  const ask = asking('servfail', ALL_DOWN);
  const reply = ask({ name, edns: {} }, GERMAN);
  t.same([reply.rcode, reply.aa, reply.tc, reply.answers, reply.authorities], [2, false, false, [], []]);
  const [option = ''] = reply.edns?.options ?? [];
  t.equal(option.slice(0, 7), '15:0000', 'RFC 8914 §4.1: other');
  t.equal(Buffer.from(option.slice(7), 'hex').toString(), 'no mirror is known to be up');
  t.equal(ask({ name }, GERMAN).edns, undefined, 'nothing of it to who has no EDNS');
  t.equal(ask({ name: 'www.dl.example.org' }, GERMAN).rcode, 2, 'by an alias too');
  t.equal(ask({ name, type: 'TXT' }, GERMAN).rcode, 0, 'what is no address is answered');
  t.equal(ask({ name, type: 'AAAA' }, GERMAN).rcode, 0, 'a mirror that is not for this client is no failure');
});

t.test('servfail for the clients whose mirrors are all down, and for no others', async (t) => {
  const ask = asking('servfail', { '192.0.2.2': 'down' });
  t.same(addressesOf(ask({ name }, GERMAN)).sort(), ['192.0.2.1', '192.0.2.3']);
  t.equal(ask({ name }, FRENCH).rcode, 2);
});

t.test('backup: backups alone, and all where a client has none', async (t) => {
  const ask = asking('backup', ALL_DOWN);
  t.same(addressesOf(ask({ name }, GERMAN)), ['192.0.2.3']);
  t.same(addressesOf(ask({ name }, FRENCH)), ['192.0.2.2'], 'its rules keep the backup away');
  t.same(addressesOf(ask({ name, type: 'AAAA' }, FRENCH)), ['2001:db8::2'], 'no backup in this family');
});

t.test('answer: all, the backups last', async (t) => {
  t.same(addressesOf(asking('answer', ALL_DOWN)({ name }, GERMAN)).sort(), ['192.0.2.1', '192.0.2.3']);
});
