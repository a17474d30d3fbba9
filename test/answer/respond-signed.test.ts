/** Signed zones as a validating resolver sees them. */
import t from 'tap';
import type { ZoneKeys } from '../../src/dnssec/keys.js';
import { answerOctets } from '../compile/make-table.js';
import { query } from '../dns-message.js';
import { makeKey, makeKeys } from '../dnssec/make-keys.js';
import type { Verdict } from '../dnssec/validator.js';
import { readMessage } from '../dnssec/wire-message.js';
import { askSigned, inner, NOW, serve, TCP, verdictOn } from './signed-zones.js';

const [A, NS, CNAME, SOA, TXT, AAAA, DS, RRSIG, NSEC, DNSKEY, CDS, CDNSKEY, ANY] = [
  1, 2, 5, 6, 16, 28, 43, 46, 47, 48, 59, 60, 255,
] as const;

const KEYS = makeKeys('example.org');
const ZONE = `
zone: example.org
ns: [ns1.example.org, ns.example.net]
soa: { minimum: 90 }
pools: { dl: { probe: { type: none } }, "none": { mirrors: [nobody], probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.10] }
  nobody: { hostname: nobody.example.net }
records:
  ns1: { A: 192.0.2.53 }
  "@": { TXT: apex, MX: "10 Mail.Example.org" }
  a.b.c: { TXT: deep }
  "*.wild": { TXT: any, ttl: 5 }
  here.wild: { A: 192.0.2.1 }
  deeper.x.wild: { A: 192.0.2.1 }
  www: { CNAME: dl.example.org }
  "*.pooled": { CNAME: www.example.org }
  far: { CNAME: www.example.net }
  gone: { CNAME: nobody.b.example.org }
  through: { CNAME: Some.wild.example.org }
  empty: { CNAME: b.c.example.org }
  "*.alias": { CNAME: ns1.example.org }
  "*.broken": { CNAME: nobody.alias.no.example.org }
  via: { CNAME: x.alias.example.org }
  loop: { CNAME: x.loops.example.org }
  "*.loops": { CNAME: y.loops.example.org }
  secure: { NS: [ns.secure.example.org], DS: '1 13 2 ${'ab'.repeat(32)}' }
  ns.secure: { A: 192.0.2.7 }
  insecure: { NS: [ns.secure.example.org, ns1.example.org, ns.example.net] }
  in: { CNAME: a.secure.example.org }
  s: { DS: '1 13 2 ${'cd'.repeat(32)}', NS: ns.example.net }
  TYPE: { TYPE65280: '\\# 1 00' }
`.replace('hostname: nobody.example.net', 'addresses: [192.0.2.99], weight: 0');
const fixed = serve(
  [ZONE, inner('s.example.org'), inner('t.u.example.org')],
  [KEYS, makeKeys('t.u.example.org', 15)],
);

t.test('what is there, and what is proved not to be', async (t) => {
  const table: [name: string, type: number, verdict: Verdict][] = [
    ['', SOA, 'data'],
    ['', NS, 'data'],
    ['', 15, 'data'],
    ['', ANY, 'data'],
    ['', DNSKEY, 'data'],
    ['', CDS, 'data'],
    ['', CDNSKEY, 'data'],
    ['', NSEC, 'data'],
    ['', 51, 'nodata'],
    ['', DS, 'nodata'],
    ['a.b.c.', TXT, 'data'],
    ['A.b.C.', A, 'nodata'],
    ['b.c.', TXT, 'nodata'],
    ['b.c.', NSEC, 'nodata'],
    ['c.', RRSIG, 'nodata'],
    ['x.c.', TXT, 'nxdomain'],
    ['x.wild.', TXT, 'nodata'],
    ['z.wild.', TXT, 'data'],
    ['!.y.wild.', TXT, 'data'],
    ['z.Y.wild.', A, 'nodata'],
    ['*.wild.', TXT, 'data'],
    ['here.wild.', TXT, 'nodata'],
    ['x.here.wild.', TXT, 'nxdomain'],
    ['Z.wild.', A, 'nodata'],
    ['www.', CNAME, 'data'],
    ['www.', NSEC, 'data'],
    ['far.', A, 'data'],
    ['gone.', A, 'nxdomain'],
    ['through.', TXT, 'data'],
    ['through.', A, 'nodata'],
    ['empty.', TXT, 'nodata'],
    ['x.alias.', A, 'data'],
    ['x.alias.', TXT, 'nodata'],
    ['x.broken.', TXT, 'nxdomain'],
    ['via.', A, 'data'],
    ['loop.', A, 'data'],
    ['in.', A, 'data'],
    ['secure.', A, 'referral'],
    ['x.y.secure.', TXT, 'referral'],
    ['insecure.', A, 'referral'],
    ['secure.', DS, 'data'],
    ['insecure.', DS, 'nodata'],
    ['s.', DS, 'data'],
    ['u.', A, 'nodata'],
    ['t.u.', DS, 'nodata'],
    ['t.u.', SOA, 'data'],
    ['x.t.u.', TXT, 'data'],
    ['y.t.u.', TXT, 'nxdomain'],
    ['dl.', A, 'data'],
    ['www.', A, 'data'],
    ['x.pooled.', A, 'data'],
    ['x.pooled.', AAAA, 'nodata'],
    ['dl.', AAAA, 'nodata'],
    ['www.', AAAA, 'nodata'],
    ['none.', A, 'nodata'],
    ['zzz.', A, 'nxdomain'],
    ['!.', A, 'nxdomain'],
  ];
  for (const [name, type, verdict] of table)
    t.equal(verdictOn(fixed, `${name}example.org`, type), verdict, `${name} ${type}`);
});

t.test('DO comes back, AD and CD do not (RFC 3225 §3, RFC 4035 §3.1.6)', async (t) => {
  const ask = (dnssecOk: boolean, flags: number): ReturnType<typeof readMessage> =>
    readMessage(
      answerOctets(fixed.signed, query({ name: 'example.org', type: TXT, flags, edns: { dnssecOk } }), TCP),
    );
  for (const dnssecOk of [true, false]) {
    const { flags, dnssecOk: back } = ask(dnssecOk, 0x30);
    t.equal(back, dnssecOk);
    t.equal(flags & 0x30, 0);
  }
});

t.test('without DO nothing is said of it but what is asked for (RFC 4035 §3.1)', async (t) => {
  const types = (type: number): number[] =>
    readMessage(answerOctets(fixed.signed, query({ name: 'example.org', type }), TCP))
      .records.filter(({ section }) => section === 'answer')
      .map((record) => record.type);
  t.same(types(DNSKEY), [DNSKEY]);
  t.same(types(NSEC), [NSEC]);
  t.same(types(RRSIG), [RRSIG]);
  t.same(types(TXT), [TXT]);
});

t.test('a pool that has nobody for a client denies nothing: it fails', async (t) => {
  const texts = [ZONE.replace('aurora: {', 'aurora: { only_networks: [198.51.100.0/24],')];
  const served = serve(texts, [KEYS]);
  for (const edns of [{}, { dnssecOk: true }]) {
    for (const name of ['dl', 'www']) {
      const message = answerOctets(served.signed, query({ name: `${name}.example.org`, edns }));
      const { rcode, aa, records } = readMessage(message);
      t.same([rcode, aa, records.length], [2, false, 0], name);
      t.ok(Buffer.from(message).includes('no mirror is for this client'));
    }
  }
});

t.test(
  'the keys that are published sign their set; the parent is told of those that it should know',
  async (t) => {
    const old = makeKey(13, [0, 0, NOW + 1000, NOW + 9000]);
    const next = makeKey(13, [NOW - 1000, NOW + 1000]);
    const count = ({ keys, ...more }: Omit<ZoneKeys, 'zone'>): number[] => {
      const served = serve([ZONE], [{ zone: 'example.org', keys, ...more }]);
      return [DNSKEY, CDS, CDNSKEY, TXT].flatMap((type) => {
        t.equal(verdictOn(served, 'example.org', type), 'data');
        const { records } = readMessage(askSigned(served, 'example.org', type));
        return [type, RRSIG].map((each) => records.filter((record) => record.type === each).length);
      });
    };
    t.same(count({ keys: [old, next] }), [2, 2, 2, 2, 2, 2, 1, 1]);
    t.same(count({ keys: [old] }), [1, 1, 1, 1, 1, 1, 1, 1]);
    // The parent has no use for a key that is retired, whose signatures it may still go by (RFC 7344 §4.1).
    const retired = makeKey(13, [0, 0, NOW - 1000, NOW + 9000]);
    const active = makeKey(13, [NOW - 2000, NOW - 1000]);
    t.same(count({ keys: [retired, active] }), [2, 2, 1, 2, 1, 2, 1, 1]);
    t.same(count({ keys: [old, next], withdrawn: NOW - 1 }), [2, 2, 1, 2, 1, 2, 1, 1]);
    const served = serve([ZONE], [{ zone: 'example.org', keys: [old], withdrawn: NOW - 1 }]);
    const data = (type: number): string | undefined =>
      readMessage(askSigned(served, 'example.org', type))
        .records.find((record) => record.type === type)
        ?.data.toString('hex');
    // RFC 8078 §4, erratum 5049.
    t.same([data(CDS), data(CDNSKEY)], ['0000000000', '0000030000']);
  },
);
