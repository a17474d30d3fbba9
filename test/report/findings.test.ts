import t from 'tap';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import type { StatusReport } from '../../src/control/status-report.js';
import { DEFAULT_LIMITS, type FindingLimits, findingsOf } from '../../src/report/findings.js';
import { mirrorReport, NOW, statusReport, zoneReport } from './status-report.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function find(changes: Partial<StatusReport>, limits: Partial<FindingLimits> = {}): string[] {
  return findingsOf(statusReport(changes), NOW, { ...DEFAULT_LIMITS, ...limits }).map(
    ({ severity, kind, text }) => `${severity} ${kind}: ${text}`,
  );
}

/** Of a mirror beside one that is well. */
function findIn(mirror: Partial<MirrorReport>, limits: Partial<FindingLimits> = {}): string[] {
  return find({ zones: [zoneReport([mirrorReport(mirror), mirrorReport({ name: 'boreas' })])] }, limits);
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

t.test('of a server of which all is well there is nothing to say', async (t) => {
  t.same(find({}), []);
});

t.test(
  'a zone that is not served is critical, and comes first; one from its copy is a warning',
  async (t) => {
    const stale = {
      ...zoneReport([mirrorReport({ state: 'down', cause: 'connection refused' })]),
      error: 'x',
    };
    const refused = [{ file: 'zones/y.yaml', error: 'x', zone: 'y.example' }];
    t.same(find({ zones: [stale], refused }), [
      'critical zone: zones/y.yaml is wrong, y.example and all names below it answer SERVFAIL',
      'warning zone: dl.example.org: zones/dl.example.org.yaml is wrong, its last good copy is served',
      'warning mirror: aurora (192.0.2.10) of dl.example.org is down for 1d: connection refused',
    ]);
  },
);

t.test('a file of nobody knows which zone, or of one that another file has, is a warning', async (t) => {
  t.match(find({ refused: [{ file: 'zones/y.yaml', error: 'x' }] }), [/^warning zone: zones\/y\.yaml/]);
});

t.test('a clock that is behind what serves', async (t) => {
  const made = (ms: number): string[] => {
    return find({
      geo: [
        ...statusReport({}).geo,
        { type: 'GeoLite2-ASN', source: 'updated', path: 'asn.mmdb', build_epoch: (NOW + ms) / 1000 },
      ],
    });
  };
  t.same(made(HOUR), []);
  t.same(made(HOUR + 1000), [
    'critical clock: the clock of this host is behind by 1h 1s or more, since that is when a database was made',
  ]);
  t.same(find({ geo: [] }), []);
});

t.test('a clock that is wrong by what mirrors say, which is said once', async (t) => {
  const clock = { ahead_seconds: 7200, mirrors: 3, wrong: true };
  const words = 'by what 3 mirrors say of the time: set it right';
  t.same(find({ clock }), [`critical clock: the clock of this host is ahead by 2h, ${words}`]);
  const geo = [
    { type: 'A', source: 'updated' as const, path: 'a.mmdb', build_epoch: (NOW + 2 * HOUR) / 1000 },
  ];
  t.same(find({ geo, clock: { ...clock, ahead_seconds: -7200 } }), [
    `critical clock: the clock of this host is behind by 2h, ${words}`,
  ]);
  t.same(find({ clock: { ...clock, ahead_seconds: 3, wrong: false } }), []);
});

t.test('panic is critical, frozen verdicts are a warning, each by family', async (t) => {
  const pool = { panic: { ipv4: false, ipv6: true }, frozen: { ipv4: true, ipv6: false } };
  t.match(find({ zones: [zoneReport([], pool)] }), [
    /^critical panic: PANIC: dl\.example\.org \(ipv6\)/,
    /^warning frozen: FROZEN: dl\.example\.org \(ipv4\)/,
  ]);
});

t.test('a pool of which nobody can be answered is critical, by family', async (t) => {
  const off = { enabled: false, weight: 0 };
  const six = { family: 'ipv6', address: '2001:db8::1' } as const;
  t.same(find({ zones: [zoneReport([mirrorReport({}), mirrorReport({ ...six, ...off })])] }), [
    'critical empty: EMPTY: dl.example.org (ipv6): all of its addresses are disabled or have weight 0, so nobody is answered',
  ]);
});

t.test('a mirror that is down is missed, unless an operator has his say over it', async (t) => {
  t.match(findIn({ state: 'down' }), [/^warning mirror: aurora .* no cause known$/]);
  t.same(findIn({ state: 'down', enabled: false, weight: 0 }), []);
  const until = rfc3339(NOW + DAY);
  for (const state of ['up', 'down'] as const) {
    t.same(findIn({ state: 'down', enabled: state === 'up', override: { state, since: '', until } }), []);
  }
  t.same(findIn({ state: 'unknown' }), []);
});

t.test('a mirror may be down for so long', async (t) => {
  const since = rfc3339(NOW - HOUR);
  t.same(findIn({ state: 'down', since }, { downFor: HOUR + 1 }), []);
  t.match(findIn({ state: 'down', since }, { downFor: HOUR }), [/is down for 1h:/]);
});

t.test(
  'an override that has no end, or is about to end, is told once for all of its addresses',
  async (t) => {
    const mirrors = (until?: number) => [
      mirrorReport({ name: 'boreas' }),
      ...['192.0.2.10', '192.0.2.11'].map((address) =>
        mirrorReport({
          address,
          enabled: false,
          override: { state: 'down', since: '', ...(until !== undefined && { until: rfc3339(until) }) },
        }),
      ),
    ];
    t.same(find({ zones: [zoneReport(mirrors())] }), [
      'warning override: dl.example.org/aurora is disabled without an end',
    ]);
    t.same(find({ zones: [zoneReport(mirrors(NOW + HOUR + 1))] }), []);
    t.same(find({ zones: [zoneReport(mirrors(NOW + 600_000))] }), [
      'warning override: dl.example.org/aurora is disabled for only 10m more',
    ]);
  },
);

t.test('the certificate for TLS: two weeks before its end, or a quarter of a short life', async (t) => {
  const tls = (begins: number, ends: number, error?: string) => ({
    tls: {
      certificate: 'tls.crt',
      begins: rfc3339(NOW + begins * DAY),
      ends: rfc3339(NOW + ends * DAY),
      ...(error !== undefined && { error }),
    },
  });
  const ends = 'warning tls: TLS CERTIFICATE: tls.crt';
  t.same(find(tls(-351, 14.1)), []);
  t.same(find(tls(-351, 14)), [`${ends} ends in 14d`]);
  t.same(find(tls(-4, 2)), []);
  t.same(find(tls(-5, 1)), [`${ends} ends in 1d`]);
  t.same(find(tls(-5, -1)), [`${ends} has ended`]);
  t.same(find(tls(1, 90)), [`${ends} is good only in 1d`]);
  t.same(find(tls(-1, 90), { certificates: 90 * DAY }), [`${ends} ends in 90d`]);
  t.same(find(tls(-1, 90, 'it is bad')), [
    'warning tls: TLS CERTIFICATE: the one before is in use: it is bad',
  ]);
});

t.test('certificates: as the probes warn, or by a limit over all of them', async (t) => {
  const last_probe = { at: '', ok: true, ms: 1, certificate_ends: rfc3339(NOW + 20 * DAY) };
  const mirror: Partial<MirrorReport> = {
    probes: [
      { type: 'http', state: 'up', since: '' },
      { type: 'https', state: 'up', since: '', last_probe },
    ],
  };
  t.same(findIn(mirror), []);
  t.match(findIn({ ...mirror, warnings: ['certificate ends in 20d (2026-01-22)'] }), [
    /^warning certificate: aurora .*: certificate ends in 20d \(2026-01-22\)$/,
  ]);
  t.same(findIn({ ...mirror, warnings: ['x'] }, { certificates: 19 * DAY }), []);
  t.match(findIn(mirror, { certificates: 20 * DAY }), [/: certificate ends in 20d$/]);
});

t.test('databases grow old, but for the embedded one; one that can not be used is told', async (t) => {
  const geo = [{ type: 'X', source: 'updated' as const, build_epoch: (NOW - 31 * DAY) / 1000, path: 'x' }];
  t.same(find({ geo }), ['warning database: the database X is 31d old']);
  t.same(find({ geo }, { databaseAge: 31 * DAY }), []);
  t.same(find({ geo: [{ type: 'X', source: 'embedded', build_epoch: 0, path: 'x' }] }), []);
  t.match(find({ geo_problems: ['x.mmdb is damaged'] }), [/^warning database: .*x\.mmdb is damaged$/]);
});

t.test('what is wrong with the server itself', async (t) => {
  t.match(
    find({
      reload_error: 'no file',
      state_problems: ['x is damaged'],
      notifications: [
        { channel: 'exec', sent: 0, failed: 1, dropped: 0, waiting: 0, last_error: 'ended with 1' },
      ],
      hostnames: [{ hostname: 'a.example', addresses: [], error: 'a.example: SERVFAIL' }],
    }),
    [
      /^warning reload: RELOAD FAILED: no file$/,
      /^warning state: STATE: x is damaged$/,
      /^warning notify: exec failing: ended with 1$/,
      /^warning hostname: UNRESOLVED: a\.example: SERVFAIL/,
    ],
  );
});

t.test('a fleet: who is silent, what is away, and where members differ', async (t) => {
  const member = { member: 'ns1.example.org', heard: true, overrides: true, disagrees: 0, abstains: [] };
  const fleet = {
    name: 'ns1.example.org',
    verdicts: 'shared' as const,
    members: [member],
    servers: [],
    held: [],
    unserved: [],
  };
  t.same(find({ fleet }), []);
  const [other, silent] = [
    { ...member, member: 'ns2.example.net', zones_differ: true as const, databases_differ: true as const },
    { ...member, member: 'ns3.example.com', heard: false, refused: 'not signed by its key' },
  ];
  const servers = [{ server: 'redis://192.0.2.1', fault: 'connect ECONNREFUSED', failures: 3 }];
  const held = [{ zone: 'dl.example.org', mirror: 'aurora', member: 'ns2', reason: 'x', effects: ['y'] }];
  const unserved = [{ name: '_acme-challenge.example.net', member: 'ns2', why: 'it is in no zone' }];
  t.same(find({ fleet: { ...fleet, members: [member, other, silent], servers, held, unserved } }), [
    'warning fleet: FLEET: ns2.example.net has other zone files than this server',
    'warning fleet: FLEET: ns2.example.net has other location databases than this server',
    'warning fleet: FLEET: ns3.example.com is silent',
    'warning fleet: FLEET: what came in the name of ns3.example.com is not taken: not signed by its key',
    "warning fleet: FLEET: redis://192.0.2.1 can't be used: connect ECONNREFUSED",
    'warning fleet: FLEET: dl.example.org/aurora is disabled on ns2, and not here',
    'warning fleet: FLEET: the challenge at _acme-challenge.example.net that ns2 gave is not served here',
  ]);
});
