import t from 'tap';
import { importPowerdns } from '../../src/import/powerdns.js';
import { importText } from './imported-zone.js';

const ASKED = `"ifurlup('https://a.example/up',
              {'192.0.2.1', '192.0.2.2'},
              {selector='pickclosest', useragent='me'})"`;
const GEOIP = `# our zones
domains:
  - domain: dl.example.org.
    ttl: 3600
    records:
      dl.example.org:
        - soa: ns1.example.net. hm.example.net. 7 3600 1800 604800 60
        - ns: { ttl: 86400, content: ns1.example.net }
        # near ones
        - lua:
            ttl: 300
            content: >
              A ${ASKED}
        - lua:
            ttl: 300
            content: AAAA "pickclosest({'2001:db8::1', '2001:db8::2'})"
        - lua:
            ttl: 300
            content: >
              HTTPS "'1 . alpn=h2 ipv4hint=' .. pickclosest({'192.0.2.1'})[1]"
      txt.dl.example.org:
        - txt: '"some text"'
  - domain: other.example.org
    records:
      other.example.org: [{ lua: "A \\"pickrandom({'192.0.2.9', '192.0.2.8'})\\"" }]
`;

t.test('YAML of the geoip backend, with calls that answer addresses', async (t) => {
  const { text, decisions } = importText(importPowerdns, { 'geo.yml': GEOIP }, { zone: 'dl.example.org' });
  t.equal(
    text,
    `# our zones

zone: dl.example.org
ns: [ns1.example.net]
soa:
  mname: ns1.example.net
  rname: hm.example.net
  serial: 7
  refresh: 3600
  retry: 1800
  expire: 604800
  minimum: 60
ttl: 300

pools:
  # near ones
  # left out: useragent='me'
  "@":
    answers: 1
    near_km: 0
    panic_threshold: 0
    mirrors: [m1, m2]
    probe: { type: https, host: a.example, path: /up }

mirrors:
  m1: { addresses: [192.0.2.1, "2001:db8::1"] }
  m2: { addresses: [192.0.2.2, "2001:db8::2"] }

records:
  # HTTPS: its address hints are left out
  "@": { ttl: 300, HTTPS: ["1 . alpn=h2"] }
  txt: { TXT: ["some text"] }
`,
  );
  t.same(decisions, [
    '10: @: addresses of both families were paired in their order: see that each pair is of one mirror',
    '10: @: its parts choose or probe in different ways: all do now as the first does',
  ]);
});

t.test('each domain is a zone', async (t) => {
  const { zone } = importText(importPowerdns, { 'geo.yml': GEOIP }, { zone: 'other.example.org' });
  t.match(zone.pools, [{ owner: 'other.example.org', answers: 1, nearKm: 20_000 }]);
});

t.test('a zone file, with weights and free Lua beside', async (t) => {
  const file = `@ 300 IN SOA ns hm 1 1h 1h 1w 60
@ NS ns
ns A 192.0.2.53
dl 60 LUA A "pickwrandom({{10, '192.0.2.1'}, {1, '192.0.2.2'}})"
own LUA A (";" "local ips = {'192.0.2.7'}" "return ips")
`;
  const { zone, text, decisions } = importText(importPowerdns, { z: file }, { zone: 'a.example' });
  t.same(
    zone.mirrors.map(({ weight }) => weight),
    [10, 1],
  );
  t.match(text, /\n# own\.a\.example LUA A ; local ips = \{'192\.0\.2\.7'\} return ips\n$/);
  t.same(decisions, [
    '5: the Lua of own.a.example A is a program, which is not read; its addresses: 192.0.2.7',
  ]);
});

t.test('weights that differ from pool to pool are for a person to decide', async (t) => {
  const file = `@ 300 IN SOA ns hm 1 1h 1h 1w 60
@ NS ns.example.net.
a LUA A "pickrandom({'192.0.2.1', '192.0.2.2'})"
b LUA A "pickwrandom({{1, '192.0.2.1'}, {20, '192.0.2.2'}})"
c LUA A "pickclosest({'192.0.2.1', '192.0.2.2'})"
`;
  const { decisions } = importText(importPowerdns, { z: file }, { zone: 'a.example' });
  t.same(decisions, [
    '4: b: 192.0.2.2: it gave other weights, and a mirror has one: write mirrors for this pool alone',
  ]);
});

t.test('nothing but free Lua is refused, with the addresses in it', async (t) => {
  const file = `@ LUA A (";"\n"  local ips = {'192.0.2.7', '192.0.2.8'}"\n"  return ips")\n`;
  t.throws(() => importPowerdns([{ file: 'z', text: file }], {}), {
    code: 'IMPORT_INVALID',
    message: 'this Lua must be rewritten by hand, as rules and orders',
    details: [/^z:1:1: .*; its addresses: 192\.0\.2\.7, 192\.0\.2\.8$/],
  });
});

t.test('several records of one type', async (t) => {
  const file = `@ NS ns.example.net.
dl LUA A "pickrandom({'192.0.2.1'})"
dl LUA A "pickrandom({'192.0.2.2'})"
dl LUA AAAA "pickrandom({'2001:db8::1'})"
`;
  const { zone, decisions } = importText(importPowerdns, { z: file }, { zone: 'a.example' });
  t.same(
    zone.mirrors.map(({ addresses }) => addresses?.map(({ text }) => text)),
    [['192.0.2.1'], ['192.0.2.2'], ['2001:db8::1']],
  );
  t.equal(zone.pools[0]?.members.length, 3);
  t.same(decisions, [
    '2: dl: several records of one type answered together: now "answers" addresses are drawn from all of theirs',
  ]);
});

t.test("the order of the zone's own name is no other pool's", async (t) => {
  const file = `@ NS ns.example.net.
@ LUA A ";if country('DE') then return '192.0.2.1' else return '192.0.2.2' end"
lua LUA A ";if country('FR') then return '192.0.2.1' else return '192.0.2.2' end"
`;
  const { zone } = importText(importPowerdns, { z: file }, { zone: 'a.example' });
  t.same(
    zone.pools.map(({ order }) => order?.name),
    ['@', 'lua'],
  );
});

t.test('a wildcard is no pool, and is said to be left out', async (t) => {
  const zone = '@ 60 SOA ns1.example.net. h.example.net. 1 2 3 4 5\n NS ns1.example.net.\n';
  const { text, decisions } = importText(
    importPowerdns,
    { z: `${zone}w 60 LUA A "all({'192.0.2.1'})"\n*.w 60 LUA A "all({'192.0.2.2'})"\n` },
    { zone: 'a.example' },
  );
  t.match(text, /^pools:\n {2}w:\n/m);
  t.match(text, /^# \*\.w\.a\.example LUA A all\(\{'192\.0\.2\.2'\}\)$/m);
  t.same(decisions, ["4: *.w.a.example can't be the name of a pool: it was left out"]);
  const service = `domains:
  - domain: a.example
    ttl: 60
    records:
      a.example: [{ soa: ns1.example.net. h.example.net. 1 2 3 4 5 }, { ns: ns1.example.net }]
      de.svc.a.example: [{ a: 192.0.2.1 }]
    services: { '*.a.example': ['%cc.svc.a.example'] }
`;
  const sources = [{ file: 'z', text: service }];
  t.same(
    importPowerdns(sources, {}).map(({ pools, decisions }) => [
      pools,
      decisions.map(({ line, message }) => `${line}: ${message}`),
    ]),
    [[[], ["7: *.a.example can't be the name of a pool: it was left out"]]],
  );
});
