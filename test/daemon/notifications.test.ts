import t from 'tap';
import { createTelling } from '../../src/daemon/telling.js';
import type { Verdict } from '../../src/facts.js';
import type { Change } from '../../src/health/watched.js';
import type { Notice } from '../../src/notify/notice.js';
import { targetOf } from '../health/targets.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const DAY = 86_400_000;

function scene() {
  const told: Notice[] = [];
  let now = Date.UTC(2026, 0, 1);
  const telling = createTelling(
    (notice) => told.push(notice),
    () => now,
  );
  return {
    telling,
    pass: (ms: number) => {
      now += ms;
    },
    /** What was told since the last call. */
    told: () => told.splice(0),
    now: () => now,
  };
}

const change = (before: Verdict, verdict: Verdict, cause?: string): Change => ({
  key: 'k',
  target: targetOf('192.0.2.10'),
  standing: { verdict, streak: 0, since: 0, ...(cause !== undefined && { cause }) },
  pending: false,
  checks: [],
  before,
});

t.test('falls and returns, and nothing of a start that goes well', async (t) => {
  const { telling, told } = scene();
  telling.turned([change('unknown', 'up'), change('up', 'up')]);
  t.same(told(), []);
  telling.turned([change('up', 'down', 'connection refused'), change('down', 'up')]);
  t.match(told(), [
    {
      event: 'down',
      at: '2026-01-01T00:00:00.000Z',
      text: 'aurora (192.0.2.10) of dl.example.org is down: connection refused',
      mirror: 'aurora',
      cause: 'connection refused',
    },
    { event: 'up', text: 'aurora (192.0.2.10) of dl.example.org is up again' },
  ]);
});

t.test('panic and frozen verdicts, as they begin and end', async (t) => {
  const { telling, told } = scene();
  const pool = { zone: 'example.org', owner: 'dl.example.org', family: 'ipv4' } as const;
  telling.panics([pool]);
  telling.panics([pool, { ...pool, family: 'ipv6' }]);
  t.match(told(), [
    { event: 'panic', family: 'ipv4', text: /^PANIC in dl\.example\.org \(ipv4\)/ },
    { event: 'panic', family: 'ipv6' },
  ]);
  telling.panics([]);
  t.match(told(), [{ event: 'panic-over' }, { event: 'panic-over' }]);
  telling.frozen([pool]);
  telling.frozen([]);
  t.match(told(), [{ event: 'network-doubted', pool: 'dl.example.org' }, { event: 'network-believed' }]);
});

t.test('zone files that are wrong, once while they are, and when they are right again', async (t) => {
  const { telling, told } = scene();
  const zone = soundZone(zoneText());
  const faultOf = (file: string) => [{ file, line: 3, column: 1, message: 'unknown key "tll"' }];
  const stale = { zone, text: '', file: 'a.yaml', stale: faultOf('a.yaml') };
  const refused = { file: 'b.yaml', faults: faultOf('b.yaml'), zone: 'b.example' };
  telling.zones({ zones: [{ zone, text: '', file: 'a.yaml' }], refused: [] });
  t.same(told(), []);
  telling.zones({ zones: [stale], refused: [refused] });
  telling.zones({ zones: [stale], refused: [refused] });
  t.match(told(), [
    {
      event: 'zone-stale',
      zone: zone.name,
      text: 'a.yaml is wrong; its last good copy is served: a.yaml:3:1: unknown key "tll"',
    },
    {
      event: 'zone-refused',
      zone: 'b.example',
      text: /^b\.yaml is wrong; b\.example and all .* SERVFAIL: b\.yaml:3/,
    },
  ]);
  telling.zones({ zones: [stale], refused: [] });
  t.same(
    told().map(({ event, text }) => `${event} ${text}`),
    ['zone-good b.yaml is no longer wrong'],
  );
});

t.test('a database that nothing renews, once until it is new', async (t) => {
  const { telling, told, pass, now } = scene();
  const city = (epoch: number) =>
    ({ type: 'GeoLite2-City', source: 'updated', build_epoch: epoch / 1000, path: '/c' }) as const;
  const made = now();
  telling.databases([city(made), { type: 'country', source: 'embedded', build_epoch: 0, path: '/e' }]);
  t.same(told(), [], 'the embedded one is as old as it is');
  pass(31 * DAY);
  telling.databases([city(made)]);
  telling.databases([city(made)]);
  t.match(told(), [{ event: 'database-stale', text: /GeoLite2-City is 31 days old/ }]);
  telling.databases([city(now())]);
  pass(30 * DAY);
  telling.databases([city(now() - 30 * DAY)]);
  t.equal(told().length, 1, 'and again');
});
