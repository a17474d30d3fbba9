import t from 'tap';
import type { KeysReport } from '../../src/control/mirror-report.js';
import { DEFAULT_LIMITS } from '../../src/report/findings.js';
import { monitoringOf, type Thresholds, unknown } from '../../src/report/monitoring.js';
import { readRange } from '../../src/report/range.js';
import { mirrorReport, NOW, statusReport, zoneReport } from './status-report.js';

const HOUR = 3_600_000;

/** So many mirrors, of which so many are down for an hour. */
function mirrors(count: number, down: number) {
  return Array.from({ length: count }, (_, i) =>
    mirrorReport({
      name: `m${i}`,
      address: `192.0.2.${i}`,
      state: i < down ? 'down' : 'up',
      since: new Date(NOW - HOUR).toISOString(),
      ...(i < down && { cause: 'connection refused' }),
    }),
  );
}

function look(count: number, down: number, thresholds: Partial<Thresholds> = {}) {
  const report = statusReport({ zones: [zoneReport(mirrors(count, down))] });
  return monitoringOf(report, NOW, { ...DEFAULT_LIMITS, ...thresholds });
}

/** The thresholds that these ranges are. */
function ranges(warning: string, critical: string): Partial<Thresholds> {
  const [first, second] = [readRange(warning), readRange(critical)];
  if (first === undefined || second === undefined) throw new Error('no ranges');
  return { warning: first, critical: second };
}

t.test('all is well', async (t) => {
  t.same(look(10, 0), {
    severity: 0,
    line:
      'GEOPOOL OK: 1 zone, 10 of 10 addresses up | down=0%;0;;0;100 up=10;;;0;10 zones=1;;;0 wrong_files=0;0;;0 ' +
      'panics=0;;0;0 empty_pools=0;;0;0 silent_workers=0;;0;0 overrides=0;;;0 database_age=86400s;2592000;;0 queries=0c;;;0',
  });
});

t.test('without thresholds each mirror that is down is a warning', async (t) => {
  t.match(look(10, 1), {
    severity: 1,
    line: /^GEOPOOL WARNING: 1 zone, 9 of 10 addresses up; m0 \(192\.0\.2\.0\) of dl\.example\.org is down for 1h: connection refused \| down=10%;0;;0;100 up=9;/,
  });
  t.match(look(10, 1, { downFor: 2 * HOUR }), { severity: 0, line: /9 of 10 addresses up \| down=0%/ });
});

t.test('with thresholds, so large a part of a pool', async (t) => {
  const thresholds = ranges('20%', '@50:100%');
  t.match(look(10, 2, thresholds), { severity: 0, line: /\| down=20%;20;@50:100;0;100 / });
  t.match(look(10, 3, thresholds), {
    severity: 1,
    line: /; 3 of 10 addresses of dl\.example\.org \(ipv4\) are down; m0 /,
  });
  t.match(look(10, 5, thresholds), { severity: 2, line: /^GEOPOOL CRITICAL: / });
  t.match(look(10, 0, ranges('10:', '100%')), {
    severity: 1,
    line: /up; no address of a pool is down, and the range 10: alerts at that \|/,
  });
});

t.test('a hundred findings are told in one line that can be read', async (t) => {
  const { line } = look(100, 40);
  t.match(line, /; and 32 more \|/);
  t.equal(line.split('\n').length, 1);
});

t.test('a pool with nobody to answer is critical, though no address of it is down', async (t) => {
  const zone = zoneReport(mirrors(2, 0).map((mirror) => ({ ...mirror, enabled: false })));
  const { severity, line } = monitoringOf(statusReport({ zones: [zone] }), NOW, DEFAULT_LIMITS);
  t.equal(severity, 2);
  t.match(line, /^GEOPOOL CRITICAL: .*; EMPTY: dl\.example\.org \(ipv4\): .* \| .* empty_pools=1;;0;0 /);
});

t.test('panic is critical whatever the thresholds, and text has no bar', async (t) => {
  const zone = zoneReport(mirrors(2, 2), { panic: { ipv4: true, ipv6: false } });
  const report = statusReport({ zones: [zone], reload_error: 'a | b' });
  const { severity, line } = monitoringOf(report, NOW, { ...DEFAULT_LIMITS, ...ranges('100%', '100%') });
  t.equal(severity, 2);
  t.match(line, /; PANIC: .*; RELOAD FAILED: a \/ b \| .* panics=1;;0;0 empty_pools=0;;0;0 /);
});

t.test('certificates and databases are drawn with their limits', async (t) => {
  const last_probe = { at: '', ok: true, ms: 1, certificate_ends: new Date(NOW + 10 * HOUR).toISOString() };
  const mirror = mirrorReport({ probes: [{ type: 'https', state: 'up', since: '', last_probe }] });
  const report = statusReport({ zones: [zoneReport([mirror])] });
  const { severity, line } = monitoringOf(report, NOW, {
    downFor: 0,
    databaseAge: HOUR,
    certificates: 11 * HOUR,
  });
  t.equal(severity, 1);
  t.match(line, / database_age=86400s;3600;;0 certificate=36000s;39600:;;0 /);
});

t.test('signatures are drawn with their limits', async (t) => {
  const zones = [10, 6].map((days) => ({
    ...zoneReport([]),
    signed_until: new Date(NOW + days * 24 * HOUR).toISOString(),
  }));
  const { severity, line } = monitoringOf(statusReport({ zones }), NOW, DEFAULT_LIMITS);
  t.equal(severity, 0);
  t.match(line, / signatures=518400s;432000:;172800:;0 /);
});

t.test('where nobody knows, it says why', async (t) => {
  t.same(unknown('no socket'), { severity: 3, line: 'GEOPOOL UNKNOWN: no socket' });
});

t.test('a roll is said, and is no warning while nothing is due at the parent', async (t) => {
  const lineOf = (keys: KeysReport): string =>
    monitoringOf(statusReport({ zones: [{ ...zoneReport([]), keys }] }), NOW, DEFAULT_LIMITS).line;
  const still = { signing: 1, retired: [], withdrawn: false };
  t.match(lineOf(still), /^GEOPOOL OK: 1 zone, 0 of 0 addresses up \|/);
  t.match(
    lineOf({ ...still, retired: [7], next_change: '2026-01-03T00:00:00.000Z' }),
    /^GEOPOOL OK: 1 zone, 0 of 0 addresses up; dl\.example\.org: key 1 signs, key 7 goes, next change at 2026-01-03T00:00:00\.000Z \| .* key_change=86400s/,
  );
});
