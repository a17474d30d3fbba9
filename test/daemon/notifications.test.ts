import t from 'tap';
import { createNotifications } from '../../src/daemon/notifications.js';
import type { VerdictChange } from '../../src/health/watched-targets.js';
import type { Notice } from '../../src/notify/notice.js';
import type { Verdict } from '../../src/platform/types.js';
import { targetOf } from '../health/targets.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const DAY = 86_400_000;

function scene() {
  const told: Notice[] = [];
  let now = Date.UTC(2026, 0, 1);
  const notifications = createNotifications(
    (notice) => told.push(notice),
    () => now,
  );
  return {
    notifications: notifications,
    pass: (ms: number) => {
      now += ms;
    },
    /** What was told since the last call. */
    told: () => told.splice(0),
    now: () => now,
  };
}

const change = (before: Verdict, verdict: Verdict, cause?: string): VerdictChange => ({
  key: 'k',
  target: targetOf('192.0.2.10'),
  state: { verdict, streak: 0, since: 0, ...(cause !== undefined && { cause }) },
  pending: false,
  checks: [],
  before,
});

t.test('falls and returns, and nothing of a start that goes well', async (t) => {
  const { notifications, told } = scene();
  notifications.verdictsChanged([change('unknown', 'up'), change('up', 'up')]);
  t.same(told(), []);
  notifications.verdictsChanged([change('up', 'down', 'connection refused'), change('down', 'up')]);
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

t.test('a mirror that a reload has probed differently is told to be up again, too', async (t) => {
  const { notifications, told } = scene();
  const [down, fresh] = [change('up', 'down', '404 Not Found'), change('unknown', 'unknown')];
  notifications.verdictsChanged([down]);
  notifications.watched([fresh]);
  t.match(told(), [{ event: 'down' }]);
  notifications.verdictsChanged([change('unknown', 'up')]);
  t.match(told(), [{ event: 'up' }]);
  notifications.verdictsChanged([change('unknown', 'up')]);
  t.same(told(), [], 'once');
  notifications.watched([down]);
  notifications.watched([]);
  notifications.verdictsChanged([change('unknown', 'up')]);
  t.same(told(), [], 'one that was gone meanwhile has begun anew');
  notifications.watched([down]);
  notifications.watched([fresh]);
  notifications.verdictsChanged([change('unknown', 'up')]);
  t.match(told(), [{ event: 'up' }], 'the process before told that it is down');
});

t.test('panic and frozen verdicts, as they begin and end', async (t) => {
  const { notifications, told } = scene();
  const pool = { zone: 'example.org', owner: 'dl.example.org', family: 'ipv4', panic: 'servfail' } as const;
  notifications.panics([pool]);
  notifications.panics([pool, { ...pool, family: 'ipv6' }]);
  t.match(told(), [
    {
      event: 'panic',
      family: 'ipv4',
      text: /^PANIC in dl\.example\.org \(ipv4\): .*; the answer is SERVFAIL$/,
    },
    { event: 'panic', family: 'ipv6' },
  ]);
  notifications.panics([]);
  t.match(told(), [{ event: 'panic-over' }, { event: 'panic-over' }]);
  notifications.frozen([pool]);
  notifications.frozen([]);
  t.match(told(), [{ event: 'uplink-down', pool: 'dl.example.org' }, { event: 'uplink-up' }]);
});

t.test('zone files that are wrong, once while they are, and when they are right again', async (t) => {
  const { notifications, told } = scene();
  const zone = soundZone(zoneText());
  const faultOf = (file: string) => [{ file, line: 3, column: 1, message: 'unknown key "tll"' }];
  const stale = { zone, text: '', file: 'a.yaml', stale: faultOf('a.yaml') };
  const refused = { file: 'b.yaml', faults: faultOf('b.yaml'), zone: 'b.example' };
  notifications.zones({ zones: [{ zone, text: '', file: 'a.yaml' }], refused: [] });
  t.same(told(), []);
  notifications.zones({ zones: [stale], refused: [refused] });
  notifications.zones({ zones: [stale], refused: [refused] });
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
  notifications.zones({ zones: [stale], refused: [] });
  t.same(
    told().map(({ event, text }) => `${event} ${text}`),
    ['zone-good b.yaml is no longer wrong'],
  );
});

t.test('a database that nothing renews, once until it is new', async (t) => {
  const { notifications, told, pass, now } = scene();
  const city = (epoch: number) =>
    ({ type: 'GeoLite2-City', source: 'updated', build_epoch: epoch / 1000, path: '/c' }) as const;
  const made = now();
  notifications.databases([city(made), { type: 'country', source: 'embedded', build_epoch: 0, path: '/e' }]);
  t.same(told(), [], 'the embedded one is as old as it is');
  pass(31 * DAY);
  notifications.databases([city(made)]);
  notifications.databases([city(made)]);
  t.match(told(), [{ event: 'database-stale', text: /GeoLite2-City is 31 days old/ }]);
  notifications.databases([city(now())]);
  pass(30 * DAY);
  notifications.databases([city(now() - 30 * DAY)]);
  t.equal(told().length, 1, 'and again');
});
