import t from 'tap';
import { importBind } from '../../src/import/bind.js';
import { importText } from './imported-zone.js';

const ZONE = `; The zone of the example
$TTL 1h
$ORIGIN example.org.
@ IN SOA ns1 hostmaster (
   2026010101 ; counted by hand
   4h 1h 2w 5m )
    IN NS ns1
    NS ns2.example.net.
ns1  A 192.0.2.53 ; the first server
; downloads
dl  60 IN A 192.0.2.10 ; aurora
dl  60 IN A 192.0.2.20 ; in Vienna
dl  IN 60 AAAA 2001:db8::10 ; aurora
boreas 3600 A 192.0.2.20
www CNAME boreas
l LOC 52 22 23.000 N 4 53 32.000 E -2.00m ; odd
; the end
`;

t.test('a name with several addresses is a pool, all else records, and each comment is kept', async (t) => {
  const { text, decisions } = importText(importBind, { 'db.example.org': ZONE });
  t.equal(
    text,
    `# The zone of the example
# counted by hand

zone: example.org
ns: [ns1.example.org, ns2.example.net]
soa:
  mname: ns1.example.org
  rname: hostmaster.example.org
  serial: 2026010101
  refresh: 14400
  retry: 3600
  expire: 1209600
  minimum: 300
ttl: 60

pools:
  # downloads
  dl:
    answers: 2
    near_km: 20000
    probe: { type: none }

mirrors:
  aurora: { addresses: [192.0.2.10, "2001:db8::10"] }
  boreas: { addresses: [192.0.2.20] } # in Vienna

records:
  ns1: { A: [192.0.2.53] } # the first server
  boreas: { A: [192.0.2.20] }
  www: { CNAME: boreas.example.org }

# l.example.org LOC 52 22 23.000 N 4 53 32.000 E -2.00m ; odd
# the end
`,
  );
  t.same(decisions, [
    '11: the pool dl is not probed and knows no distance, as before: say how its mirrors are probed, and take near_km out',
    '16: LOC of l.example.org stands in a comment only: LOC is written as bytes here (RFC 3597)',
  ]);
});

t.test('lines of dig are a zone of their name', async (t) => {
  const dig = `
; <<>> DiG 9.18 <<>> dl.example.org
;; ANSWER SECTION:
dl.example.org.		60	IN	A	192.0.2.20
dl.example.org.		60	IN	A	192.0.2.10
`;
  const { zone, text } = importText(importBind, { 'dig.out': dig });
  t.equal(zone.name, 'dl.example.org');
  t.same(
    zone.pools.map(({ owner, answers, nearKm }) => [owner, answers, nearKm]),
    [['dl.example.org', 2, 20_000]],
  );
  t.same(
    zone.mirrors.map(({ name }) => name),
    ['m1', 'm2'],
  );
  t.notMatch(text, /DiG/);
});

t.test('the zone is that of --zone, or of the SOA, or of the file', async (t) => {
  const lines = '@ A 192.0.2.1\n@ A 192.0.2.2\n';
  t.equal(importText(importBind, { x: lines }, { zone: 'a.example' }).zone.name, 'a.example');
  t.equal(importText(importBind, { 'dir/b.example.zone': lines }).zone.name, 'b.example');
  t.throws(() => importBind([{ file: 'x', text: 'a.example. A 192.0.2.1\nb.example. A 192.0.2.1' }], {}), {
    code: 'IMPORT_INVALID',
    message: "x:1:1: which zone this is can't be told: say it with --zone",
  });
});

t.test('name servers and wildcards stay records, however many addresses they have', async (t) => {
  const text =
    '@ NS ns1\nns1 A 192.0.2.1\nns1 A 192.0.2.2\n* A 192.0.2.3\n* A 192.0.2.4\n@ A 192.0.2.5\n@ A 192.0.2.6\n';
  const { zone } = importText(importBind, { 'a.example': text });
  t.same(
    zone.pools.map(({ owner }) => owner),
    ['a.example'],
  );
  t.same(
    zone.records.map(({ owner, data }) => [owner, data.length]),
    [
      ['ns1.a.example', 2],
      ['*.a.example', 2],
    ],
  );
});

t.test('a name server stays records however its name is written', async (t) => {
  const text = `@ NS NS1.A.example.
@ NS ns2.a.example.
$ORIGIN sub.a.example.
a.example. NS ns3
$ORIGIN a.example.
ns1 A 192.0.2.1
ns1 A 192.0.2.2
ns2 A 192.0.2.3
ns3.sub A 192.0.2.4
ns3.sub A 192.0.2.5
dl A 192.0.2.6
dl A 192.0.2.7
`;
  const { zone } = importText(importBind, { 'a.example': text });
  t.same(
    zone.pools.map(({ owner }) => owner),
    ['dl.a.example'],
  );
});

t.test('a text with a tab stays what it is, also when it is printed', async (t) => {
  const zone = '@ SOA ns1.example.net. h.example.net. 1 2 3 4 5\n NS ns1.example.net.\n';
  const { text } = importText(importBind, {
    'a.example.zone': `${zone}d A 192.0.2.1\n  A 192.0.2.2\nt TXT "a\tb"\n`,
  });
  t.match(text, 't: { TXT: ["a\\tb"] }');
});

t.test('an address is one, however it is spelled', async (t) => {
  const zone = '@ SOA ns1.example.net. h.example.net. 1 2 3 4 5\n NS ns1.example.net.\n';
  const { text } = importText(importBind, {
    'a.example.zone': `${zone}d A 192.0.2.1
d AAAA 2001:DB8::1
d AAAA 2001:db8::2
e A 192.0.2.1
e AAAA 2001:db8:0:0::1
e AAAA 2001:db8:0:0:0:0:0:2
h AAAA 2001:db8::3
h AAAA 2001:db8:0::3
`,
  });
  t.match(text, 'm2: { addresses: ["2001:db8::1"] }\n  m3: { addresses: ["2001:db8::2"] }\n\n');
  t.match(text, 'h: { AAAA: ["2001:db8::3"] }');
});
