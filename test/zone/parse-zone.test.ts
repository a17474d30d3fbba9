import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { Address } from '../../src/ip/address.js';
import type { Probe, StaticRrset } from '../../src/zone/model.js';
import { parseZone } from '../../src/zone/parse-zone.js';
import { soundZone, zoneText } from './zone-text.js';

const fixture = (name: string): string =>
  readFileSync(join(process.cwd(), 'test/fixtures/zones', name), 'utf8');
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
          at: { line: 3, column: 10 },
          owner: 'dl.example.org',
          answers: 3,
          maxShare: 1,
          nearKm: 500,
          sameCountryFirst: false,
          panicThreshold: 0.2,
          canaries: [],
          slowStart: 0,
          ttlMin: 60,
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
    nearKm: 250.5,
    sameCountryFirst: true,
    panicThreshold: 0,
  });
  t.match(eu, { name: 'EU', owner: 'eu.dl.example.org' });
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
  t.same(boreas?.admits, { exceptCountries: ['US', 'XK'] });
});

t.test("a mirror's probe lies over its pool's", async (t) => {
  const zone = soundZone(fixture('every-key.yaml'));
  const probeOf = (pool: string, mirror: string): Probe | undefined =>
    zone.pools
      .find(({ name }) => name === pool)
      ?.members.find((member) => zone.mirrors[member.mirror]?.name === mirror)?.probes[0];
  const timing = { interval: 60_000, fastInterval: 500, timeout: 10_000, fall: 4, rise: 5 };
  t.same(probeOf('@', 'aurora'), {
    type: 'http',
    port: 8443,
    host: 'check.example.org',
    path: '/trace?x=1',
    method: 'GET',
    expect: [200, 204],
    redirects: 'none',
    verify: true,
    certWarn: 1_209_600_000,
    ...timing,
    interval: 7_200_000,
    rise: 1,
  });
  t.same(probeOf('@', 'boreas'), { type: 'tcp', port: 8443, ...timing }, 'what tcp has no use for is gone');
  t.same(probeOf('EU', '10'), { type: 'none' });
  t.match(probeOf('EU', 'aurora'), { port: 80, host: 'eu.dl.example.org', path: '/', timeout: 5000 });
});

t.test('the port follows the type unless it is set', async (t) => {
  const portOf = (pool: string, mirror: string): unknown => {
    const zone = soundZone(
      zoneText({
        pools: `pools: { "@": { probe: ${pool} } }`,
        mirrors: `mirrors: { a: { addresses: [192.0.2.1], probe: ${mirror} } }`,
      }),
    );
    const probe = zone.pools[0]?.members[0]?.probes[0];
    return probe !== undefined && 'port' in probe ? probe.port : undefined;
  };
  t.equal(portOf('{ type: http }', '{ type: https }'), 443);
  t.equal(portOf('{ type: https }', '{ type: http }'), 80);
  t.equal(portOf('{ type: http, port: 8080 }', '{ type: https }'), 8080);
  t.equal(portOf('{}', '{ type: tcp, port: 873 }'), 873);
  t.equal(portOf('{ type: tcp }', '{ port: 873 }'), 873, 'a pool may leave the port to its mirrors');
});

/** The types and some key of the probes of mirror "a", with these sections of probes in pool and mirror. */
function laidProbes(pool: string, mirror: string): unknown {
  const zone = soundZone(
    zoneText({
      pools: `pools: { "@": { ${pool} } }`,
      mirrors: `mirrors: { a: { addresses: [192.0.2.1], ${mirror} } }`,
    }),
  );
  return zone.pools[0]?.members[0]?.probes.map((probe) =>
    'path' in probe
      ? `${probe.type} ${probe.port} ${probe.path}`
      : 'port' in probe
        ? `${probe.type} ${probe.port}`
        : probe.type,
  );
}

t.test('a pool may have several probes, and a mirror its own keys over each of them', async (t) => {
  const two = 'probes: [{ path: /a }, { type: https, path: /b }]';
  const three = 'probes: [{ path: /a }, { path: /b }, { type: tcp, port: 873 }]';
  const cases: readonly (readonly [pool: string, mirror: string, probes: readonly string[]])[] = [
    [two, '', ['http 80 /a', 'https 443 /b']],
    ['probes: [{ path: /a }]', 'probe: { port: 8080 }', ['http 8080 /a']],
    // One mapping lies over all of them, or over those of the type that it names.
    [three, 'probe: { path: /c }', ['http 80 /c', 'http 80 /c', 'tcp 873']],
    [three, 'probe: { type: http, port: 8080 }', ['http 8080 /a', 'http 8080 /b', 'tcp 873']],
    [three, 'probe: { type: none }', ['none']],
    [two, 'probe: { type: tcp, port: 80 }', ['tcp 80', 'tcp 80']],
    // A list lies over the pool's, one by one.
    [two, 'probes: [{}, { path: /c }]', ['http 80 /a', 'https 443 /c']],
    [two, 'probes: [{ path: /c }]', ['http 80 /c', 'https 443 /b']],
    [two, 'probes: [{ type: none }]', ['https 443 /b']],
    [two, 'probes: [{ type: none }, { type: none }]', ['none']],
    [two, 'probes: [{}, {}, { type: tcp, port: 873 }]', ['http 80 /a', 'https 443 /b', 'tcp 873']],
    ['answers: 3', 'probes: [{ path: /c }, { path: /d }]', ['http 80 /c', 'http 80 /d']],
  ];
  for (const [pool, mirror, probes] of cases) t.same(laidProbes(pool, mirror), probes, `${pool} ${mirror}`);
});

t.test('default timeouts stay within a short interval', async (t) => {
  const zone = soundZone(zoneText({ pools: 'pools: { "@": { probe: { interval: 1s } } }' }));
  t.match(zone.pools[0]?.members[0]?.probes[0], { interval: 1000, fastInterval: 1000, timeout: 1000 });
});

t.test('records of each type', async (t) => {
  const { records } = soundZone(fixture('every-key.yaml'));
  const find = (owner: string, type: string): StaticRrset | undefined =>
    records.find((rrset) => rrset.owner === owner && rrset.type === type);
  const address = (rrset: StaticRrset | undefined): Address | undefined => {
    const [data] = rrset?.data ?? [];
    return data !== undefined && 'address' in data ? data.address : undefined;
  };
  t.equal(records.length, 11);
  t.equal(address(find('ns1.dl.example.org', 'A'))?.text, '192.0.2.53');
  t.equal(address(find('ns1.dl.example.org', 'AAAA'))?.text, '2001:db8::53', 'a lone value is a list of one');
  t.equal(find('ns1.dl.example.org', 'A')?.ttl, 3600);
  t.same(find('dl.example.org', 'TXT'), {
    owner: 'dl.example.org',
    type: 'TXT',
    ttl: 600,
    data: [
      { type: 'TXT', strings: ['one'] },
      { type: 'TXT', strings: ['two'] },
    ],
  });
  t.same(find('dl.example.org', 'CAA')?.data, [
    { type: 'CAA', flags: 0, tag: 'issue', value: 'letsencrypt.org' },
    { type: 'CAA', flags: 0, tag: 'iodef', value: 'mailto:admin@example.org' },
  ]);
  t.same(find('dl.example.org', 'MX')?.data, [
    { type: 'MX', preference: 10, exchange: 'mail.example.org' },
    { type: 'MX', preference: 20, exchange: 'mail2.example.org' },
  ]);
  t.same(find('*.any.dl.example.org', 'CNAME')?.data, [{ type: 'CNAME', target: 'www.example.org' }]);
  t.same(find('one.dl.example.org', 'CNAME')?.data, [{ type: 'CNAME', target: 'two.example.org' }]);
  t.same(find('53.dl.example.org', 'PTR')?.data, [{ type: 'PTR', target: 'host.example.org' }]);
  t.same(find('_https._tcp.dl.example.org', 'SRV')?.data, [
    { type: 'SRV', priority: 10, weight: 5, port: 443, target: 'www.example.org' },
    { type: 'SRV', priority: 1, weight: 2, port: 3, target: '' },
  ]);
  t.same(find('key.dl.example.org', 'TYPE44')?.data, [
    { type: 'RAW', bytes: Uint8Array.of(0x01, 0x02, 0xab, 0xcd) },
  ]);
  t.same(find('key.dl.example.org', 'TYPE65280')?.data, [
    { type: 'RAW', bytes: new Uint8Array(0) },
    { type: 'RAW', bytes: Uint8Array.of(0x00, 0xff) },
  ]);
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
