import t from 'tap';
import type { HistoryReport } from '../../src/control/history-report.js';
import { redactHistory, redactStatus } from '../../src/http/redact.js';
import { statusReport } from '../report/status-report.js';

t.test('of what is wrong with files the places are told, and nothing that quotes them', async (t) => {
  const report = statusReport({
    zones: [
      {
        zone: 'z.example',
        serial: 1,
        file: 'zones/z.yaml',
        error: 'zones/z.yaml:4:9: "secret@example.org" is unknown\nzones/z.yaml:7:1: more',
        keys: { signing: 1, retired: [], withdrawn: false, error: 'z.key:3:1: secret' },
        pools: [],
      },
    ],
    refused: [{ file: 'zones/y.yaml', error: "the file can't be read: secret" }],
    reload_error: 'secret',
    notifications: [
      { channel: 'exec', sent: 0, failed: 1, dropped: 0, waiting: 0, last_error: 'said: secret' },
    ],
  });
  const told = redactStatus(report);
  t.notMatch(JSON.stringify(told), /secret/);
  t.equal(told.zones[0]?.error, 'zones/z.yaml:4:9\nzones/z.yaml:7:1');
  t.same(told.zones[0]?.keys, { signing: 1, retired: [], withdrawn: false, error: 'z.key:3:1' });
  t.match(told, {
    refused: [{ file: 'zones/y.yaml', error: /geopool status/ }],
    reload_error: /geopool status/,
    notifications: [{ last_error: /geopool status/ }],
  });
});

t.test('a server of which all is well is told as it is', async (t) => {
  t.same(redactStatus(statusReport({})), statusReport({}));
});

t.test('who gave a challenge is not told', async (t) => {
  const challenge = { name: '_acme-challenge.z.example', token: 'x', since: '', until: '' };
  const { challenges } = redactStatus(statusReport({ challenges: [{ ...challenge, by: 'alice' }] }));
  t.same(challenges, [challenge]);
});

t.test('what history has of overrides says neither who nor why', async (t) => {
  const transition = {
    zone: 'z',
    pool: 'z',
    mirror: 'a',
    address: '192.0.2.1',
    at: '',
    from: 'up',
    to: 'down',
  };
  const report: HistoryReport = {
    at: '',
    addresses: [],
    mirrors: [],
    transitions: [
      'override by alice: disk is full until X',
      'override was taken back: y',
      'connection refused',
    ].map((cause) => ({ ...transition, from: 'up', to: 'down', cause })),
  };
  t.same(
    redactHistory(report).transitions.map(({ cause }) => cause),
    ['override', 'override', 'connection refused'],
  );
});

t.test(
  'what is said of a fleet says neither where its servers are nor why a mirror is disabled',
  async (t) => {
    const fleet = {
      name: 'ns1',
      verdicts: 'shared' as const,
      members: [
        { member: 'ns2', heard: false, overrides: true, disagrees: 0, abstains: [], refused: 'its s3cret' },
      ],
      servers: [{ server: 'redis://s3cret', fault: 's3cret is away', failures: 1 }],
      held: [{ zone: 'z', mirror: 'a', member: 'ns2', reason: 's3cret', effects: [] }],
      unserved: [{ name: 'a', member: 'ns2', why: 's3cret.yaml' }],
    };
    const { fleet: shown } = redactStatus(statusReport({ fleet }));
    t.match(shown, { name: 'ns1', members: [{ member: 'ns2', heard: false }], servers: [{ failures: 1 }] });
    t.notMatch(JSON.stringify(shown), /s3cret/);
  },
);
