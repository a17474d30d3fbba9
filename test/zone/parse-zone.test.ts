import fc from 'fast-check';
import t from 'tap';
import { parseZone } from '../../src/zone/parse-zone.js';
import { fixture, soundZone, zoneText } from './zone-text.js';

const texts = (items: readonly { readonly text: string }[] = []): readonly string[] =>
  items.map(({ text }) => text);

t.test('a zone of few words gets all defaults', async (t) => {
  const zone = soundZone(zoneText({ mirrors: 'mirrors: { aurora: { addresses: [192.0.2.10] } }' }));
  t.same(
    { ...zone, mirrors: [] },
    {
      name: 'dl.example.org',
      file: 'z.yaml',
      ns: ['ns1.example.net'],
      soa: {
        mname: 'ns1.example.net',
        rname: 'hostmaster.dl.example.org',
        serial: 1,
        refresh: 14_400,
        retry: 3600,
        expire: 1_209_600,
        minimum: 60,
        ttl: 3600,
      },
      ttl: 60,
      pools: [
        {
          name: '@',
          owner: 'dl.example.org',
          answers: 3,
          maxShare: 1,
          nearKm: 500,
          sameCountryFirst: false,
          panicThreshold: 0.2,
          panic: 'answer',
          canaries: [],
          slowStart: 0,
          ttlMin: 60,
          admits: {},
          mayBeEmpty: false,
          choose: [],
          members: [
            {
              mirror: 0,
              probes: [
                {
                  type: 'http',
                  port: 80,
                  host: 'dl.example.org',
                  path: '/',
                  method: 'GET',
                  expect: [200, 206],
                  redirects: 'none',
                  verify: true,
                  certWarn: 1_209_600_000,
                  interval: 30_000,
                  fastInterval: 2000,
                  timeout: 5000,
                  fall: 3,
                  rise: 2,
                },
              ],
            },
          ],
        },
      ],
      mirrors: [],
      orders: [],
      specialAddresses: [],
      records: [],
      overrides: [],
    },
  );
  const [mirror] = zone.mirrors;
  t.same(texts(mirror?.addresses), ['192.0.2.10']);
  t.same(
    { ...mirror, addresses: [] },
    {
      name: 'aurora',
      addresses: [],
      weight: 1,
      backup: false,
      location: {},
      asn: [],
      networks: [],
      admits: {},
    },
  );
});

t.test('every key is read', async (t) => {
  const zone = soundZone(fixture('every-key.yaml'));
  t.equal(zone.name, 'dl.example.org', 'lower case, no trailing dot');
  t.same(zone.ns, ['ns1.dl.example.org', 'ns2.example.net']);
  t.same(texts(zone.specialAddresses), ['10.0.0.0/8', 'fd00::/8']);
  t.same(zone.soa, {
    mname: 'ns2.example.net',
    rname: 'admin.example.org',
    serial: 4_294_967_295,
    refresh: 3601,
    retry: 601,
    expire: 604_801,
    minimum: 31,
    ttl: 7201,
  });
  t.equal(zone.ttl, 61);

  const [apex, eu] = zone.pools;
  t.match(apex, {
    name: '@',
    owner: 'dl.example.org',
    answers: 8,
    maxShare: 0.2,
    maxWorldShare: 0.5,
    nearKm: 250.5,
    sameCountryFirst: true,
    panicThreshold: 0,
  });
  t.match(eu, { name: 'EU', owner: 'eu.dl.example.org', order: { ...zone.orders[0], others: 'never' } });
  t.match(zone.orders, [{ name: 'world', lists: { length: 7 } }]);
  t.same(
    apex?.members.map(({ mirror }) => zone.mirrors[mirror]?.name),
    ['boreas', 'aurora'],
    "the pool's order",
  );

  const [aurora, boreas, ten] = zone.mirrors;
  t.equal(ten?.name, '10', 'mirrors are in the order of the file, also those that look like numbers');
  t.same(texts(aurora?.addresses), ['192.0.2.10', '2001:db8::10']);
  t.same(texts(aurora?.networks), ['198.51.100.0/24', '2001:db8:1::/48']);
  t.same(texts(aurora?.admits.onlyNetworks), ['203.0.113.0/24']);
  t.match(aurora, {
    name: 'aurora',
    weight: 0,
    location: { country: 'DE', latitude: -52.5, longitude: 180 },
    asn: [64_500, 4_294_967_295],
    admits: { onlyCountries: ['DE', 'AT'] },
    notes: 'free text',
    email: 'admin@example.org',
  });
  t.same([boreas?.weight, boreas?.maxWorldShare], [2500, 0.25], 'a rate in Mbit/s');
  const { selfWeight } = apex?.members.find(({ mirror }) => zone.mirrors[mirror] === boreas) ?? {};
  t.match(selfWeight, { type: 'http', port: 80, host: 'dl.example.org', path: '/w', interval: 60_000 });
  t.match(boreas?.admits, { exceptCountries: ['US', 'XK'], onlyAsn: [64_502] });
  t.same(texts(boreas?.admits.exceptNetworks), ['203.0.113.128/25']);
  t.same([apex?.admits, eu?.admits], [{}, { exceptAsn: [64_503] }]);
});

t.test('a zone can be handed to another thread', async (t) => {
  const zone = soundZone(fixture('every-key.yaml'));
  t.same(structuredClone(zone), zone);
});

t.test('says where a file names its zone', async (t) => {
  const parsed = parseZone(`# a comment\n${zoneText()}`, 'z.yaml');
  t.match(parsed, { nameAt: { line: 2, column: 1 } });
});

/** Whether the outcome is a zone, or faults that all stand somewhere in the text. */
function isWellBehaved(text: string): boolean {
  const parsed = parseZone(text, 'z.yaml');
  if (!('faults' in parsed)) return parsed.zone.pools.every(({ members }) => members.length > 0);
  const lines = text.split(/\r\n|\n/).length;
  return (
    parsed.faults.length > 0 &&
    parsed.faults.every(
      ({ line, column, message }) => line >= 1 && line <= lines && column >= 1 && message !== '',
    )
  );
}

t.test('any text gives a zone or faults with places', async (t) => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), isWellBehaved), { numRuns: 300 });
  const yamlish = fc.array(
    fc.constantFrom(
      'zone',
      'ns',
      'pools',
      'mirrors',
      'records',
      '@',
      ': ',
      ':',
      '- ',
      '\n',
      '\n  ',
      '{',
      '}',
      '[',
      ']',
      ', ',
      '&a ',
      '*a',
      '"',
      "'",
      '|',
      '? ',
      '!!map ',
      '# ',
      '1',
      'a',
      '---\n',
      '%YAML 1.1\n',
      '<<',
      '__proto__',
      'constructor',
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(yamlish, (pieces) => isWellBehaved(pieces.join(''))),
    { numRuns: 500 },
  );
  t.pass('300 texts of any characters, 500 of what YAML is made of');
});

t.test('any change to a sound file gives a zone or faults with places', async (t) => {
  const sound = fixture('every-key.yaml');
  const change = fc.record({
    at: fc.nat(sound.length),
    cut: fc.nat(30),
    put: fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(
        'null',
        '[]',
        '{}',
        '-1',
        '""',
        ': ',
        '\n',
        '*a',
        '&a ',
        '@',
        'aurora',
        '192.0.2.10',
        '1e999',
        '.nan',
      ),
    ),
  });
  const changed = fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), sound),
    );
  fc.assert(fc.property(changed, isWellBehaved), { numRuns: 300 });
  t.pass('300 changed files');
});

t.test('any value in the place of any other gives a zone or faults with places', async (t) => {
  const value = fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json));
  const places = ['zone', 'ns', 'soa', 'ttl', 'pools', 'mirrors', 'records'];
  const keys = [
    'addresses',
    'weight',
    'location',
    'asn',
    'networks',
    'only_countries',
    'only_networks',
    'probe',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...places), value, (place, json) => {
      const line = `${place}: ${json}`;
      return isWellBehaved(
        zoneText(['soa', 'ttl', 'records'].includes(place) ? { more: line } : { [place]: line }),
      );
    }),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...keys), value, (key, json) =>
      isWellBehaved(
        zoneText({ mirrors: `mirrors: { a: { ${key}: ${json} }, b: { addresses: [192.0.2.1] } }` }),
      ),
    ),
    { numRuns: 200 },
  );
  t.pass('400 files');
});
