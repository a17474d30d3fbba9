import t from 'tap';
import { importGdnsd } from '../../src/import/gdnsd.js';
import { importText } from './imported-zone.js';

const CONFIG = `options => { zones_default_ttl = 600 }
service_types => {
  web => { plugin => http_status, vhost => www.example.org, url_path => /up, up_thresh => 2, down_thresh = 3, interval => 20 }
  port => { plugin => tcp_connect, port => 443 }
  ext => { plugin => extmon, cmd => ["x"] }
}
plugins => {
  weighted => { service_types = web, w => { a => [192.0.2.1, 10], b => [192.0.2.2, 5] } }
  multifo => { m => { up_thresh => 0.3, service_types => [port, ext], one => 192.0.2.11, two => 192.0.2.12 } }
  simplefo => { s => { primary => 192.0.2.21, secondary => 192.0.2.22 } }
  metafo => { resources => { f => { datacenters => [x, y], dcmap => { x => [192.0.2.31, 192.0.2.32], y => %weighted!w } } } }
  geoip => {
    maps => {
      auto => { geoip2_db => a.mmdb, datacenters => [x, z], auto_dc_coords => { x => [ 38.9, -77 ], z => [50.1, 8.7] } }
      hand => {
        geoip2_db => a.mmdb
        datacenters => [p, q, r]
        map => {
          # the world
          default => [q, p]
          EU => { default => [p, q], DE => [q, p], # Germany
            FR => { default => [p], IDF => [r, q] # around Paris
              Nice => [q] } }
          AS => [p]
          AP => [q]
          NA => { US => [q] }
        }
        nets => { 10.0.0.0/8 => p, 198.51.100.0/24 => [q], 198.51.100.8/29 => [p] }
      }
    }
    resources => {
      g => { map => auto, dcmap => { x => 192.0.2.41, z => { addrs_v4 => 192.0.2.42, addrs_v6 => 2001:db8::42 } } }
      h => { map => hand, service_types => port, dcmap => { p => 192.0.2.51, q => 192.0.2.52, r => %reflect!dns } }
      n => { map => hand, skip_first => true, dcmap => { p => 192.0.2.51, q => 192.0.2.53 } }
    }
  }
}
`;

const HEAD = '@ SOA ns hm 1 1h 1h 1w 60\n@ NS ns\nns A 192.0.2.53\n';

/** From the pools on, of a zone file with such lines. */
function zoneWith(lines: string) {
  const { text, zone, decisions } = importText(importGdnsd, {
    config: CONFIG,
    'zones/example.org': `${HEAD.replace('.53', '.99')}${lines}`,
  });
  return { text: text.slice(text.indexOf('ttl:')).replace(/\nrecords:[\s\S]*/, ''), zone, decisions };
}

t.test('weights and thresholds, and probes of service types', async (t) => {
  t.equal(
    zoneWith('w 300/30 DYNA weighted!w ; by weight\n').text,
    `ttl: 300

pools:
  w:
    # by weight
    answers: 1
    near_km: 20000
    panic_threshold: 0.5
    ttl_min: 30
    mirrors: [w.a, w.b]
    probe:
      type: http
      host: www.example.org
      path: /up
      expect: [200]
      interval: 20s
      fast_interval: 20s
      timeout: 10s
      fall: 3
      rise: 2

mirrors:
  w.a: { addresses: [192.0.2.1], weight: 10 }
  w.b: { addresses: [192.0.2.2], weight: 5 }
`,
  );
  const { zone, decisions } = zoneWith('m DYNA multifo!m\n');
  t.match(zone.pools, [
    { answers: 2, panicThreshold: 0.3, members: [{ probes: [{ type: 'tcp', port: 443 }] }, {}] },
  ]);
  t.same(decisions, [
    '5: the service type ext runs extmon, which has no equivalent: say how mirrors are probed',
  ]);
});

t.test('one after another', async (t) => {
  const { text, zone } = zoneWith('s DYNA simplefo!s\nf DYNA metafo!f\nfx DYNA metafo!f/x\n');
  t.match(
    text,
    /\norders:\n {2}s: \{ default: \[primary, secondary\] \}\n {2}f: \{ default: \[\[x\.1, x\.2\], \[y\.a, y\.b\]\] \}\n/,
  );
  t.same(
    zone.pools.map(({ name, answers, order, members }) => [name, answers, order?.others, members.length]),
    [
      ['s', 1, 'never', 2],
      ['f', 2, 'never', 4],
      ['fx', 2, undefined, 2],
    ],
  );
});

t.test('a map by hand is an order, with its comments; what has no like is one', async (t) => {
  const { text, decisions } = zoneWith('h DYNA geoip!h\nn DYNA geoip!n\nq DYNA reflect!dns ; odd\n');
  t.equal(
    text.slice(text.indexOf('pools:')),
    `pools:
  h:
    answers: 1
    order: hand
    others: never
    panic_threshold: 0
    mirrors: [p, h.q]
    probe:
      type: tcp
      port: 443
      interval: 10s
      fast_interval: 10s
      timeout: 5s
      fall: 10
      rise: 20
  n:
    answers: 1
    order: hand-next
    others: never
    panic_threshold: 0
    mirrors: [p, n.q]
    probe: { type: none }

mirrors:
  p: { addresses: [192.0.2.51] }
  h.q: { addresses: [192.0.2.52] }
  n.q: { addresses: [192.0.2.53] }

orders:
  hand:
    # the world
    default: ["*.q", p]
    continents:
      EU: [p, "*.q"]
      AS: [p]
      # AP: [q]
    countries:
      DE: ["*.q", p] # Germany
      FR: [p]
      US: ["*.q"]
    subdivisions:
      FR-IDF: ["*.q"] # around Paris
      # Nice: [q]
    networks:
      10.0.0.0/8: [p]
      198.51.100.0/24: ["*.q"]
      # 198.51.100.8/29: [p]
  hand-next:
    # the world
    default: [p]
    continents:
      EU: ["*.q"]
      AS: [p]
      # AP: [q]
    countries:
      DE: [p] # Germany
      FR: [p]
      US: ["*.q"]
    subdivisions:
      FR-IDF: ["*.q"] # around Paris
      # Nice: [q]
    networks:
      10.0.0.0/8: [p]
      198.51.100.0/24: ["*.q"]
      # 198.51.100.8/29: [p]
`,
  );
  t.same(
    [...new Set(decisions.map((decision) => decision.replace(/^\d+: /, '').replace(/[:,].*/, '')))].sort(),
    [
      '198.51.100.8/29 stands in a comment only',
      'AP stands in a comment only',
      'Nice stands in a comment only',
      'q.example.org is answered by reflect!dns',
      'the data centre r of h has no equivalent',
    ],
  );
});

t.test('of two pools with one name the first stays', async (t) => {
  const { zone, decisions } = zoneWith('w DYNA weighted!w\nw DYNA multifo!m\n');
  t.match(zone.pools, [{ members: [{}, {}], answers: 1 }]);
  t.same(decisions, ['5: w.example.org is a pool already: this was left out']);
});

t.test('by distance', async (t) => {
  const { text, zone } = zoneWith('g DYNA geoip!g\n');
  t.match(zone.pools, [{ nearKm: 0, order: undefined }]);
  t.match(
    text,
    / {2}z:\n {4}addresses: \[192\.0\.2\.42, "2001:db8::42"\]\n {4}location: \{ latitude: 50\.1, longitude: 8\.7 \}\n/,
  );
});

t.test('without a zone file each resource is a pool', async (t) => {
  const { zone } = importText(importGdnsd, { config: CONFIG }, { zone: 'x.example' });
  t.same(
    zone.pools.map(({ owner }) => owner),
    ['w', 'm', 's', 'f', 'g', 'h', 'n'].map((name) => `${name}.x.example`),
  );
});

t.test('each zone file is a zone; what is included and missing is said', async (t) => {
  const zones = importGdnsd(
    [
      { file: 'config', text: 'plugins => { $include{none} }' },
      { file: 'zones/a.example', text: HEAD },
      { file: 'zones/b.example', text: HEAD },
    ],
    {},
  );
  t.same(
    zones.map(({ name }) => name),
    ['a.example', 'b.example'],
  );
  // Only one of them is imported at a time, and any of them lacks what is missing.
  for (const { decisions } of zones)
    t.match(
      decisions.filter(({ file }) => file === 'config'),
      [{ line: 1, message: 'there is no file none: what it has is not here' }],
    );
});

t.test('a wildcard is no pool, and is said to be left out', async (t) => {
  const config = 'plugins => { multifo => { w => { a => 192.0.2.1, b => 192.0.2.2 } } }';
  const zone = '@ SOA ns1.example.net. h.example.net. 1 2 3 4 5\n NS ns1.example.net.\n';
  const { text, decisions } = importText(importGdnsd, {
    config,
    'a.example': `${zone}w DYNA multifo!w\n*.w DYNA multifo!w ; all\n`,
  });
  t.match(text, /^pools:\n {2}w:\n/m);
  t.match(text, /^# \*\.w\.a\.example DYNA multifo!w ; all$/m);
  t.same(decisions, ["4: *.w.a.example can't be the name of a pool: it was left out"]);
});
