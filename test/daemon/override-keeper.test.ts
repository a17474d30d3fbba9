import t from 'tap';
import { keepOverrides } from '../../src/daemon/override-keeper.js';
import { createOverrides, type Override } from '../../src/health/overrides.js';
import { parseZone } from '../../src/zone/parse-zone.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { zoneText } from '../zone/zone-text.js';

function scene(initial: readonly Override[] = []) {
  const parsed = parseZone(zoneText(), 'z.yaml');
  if ('faults' in parsed) throw new Error('a sound zone');
  const clock = createFakeClock();
  const log = createRecordingLog();
  const overrides = createOverrides(initial);
  const done: string[] = [];
  const keeper = keepOverrides({
    overrides,
    clock,
    log,
    zones: () => [parsed.zone],
    save: async () => void done.push('saved'),
    publish: async () => void done.push('published'),
  });
  return { clock, log, overrides, keeper, done, zone: parsed.zone.name };
}

t.test('what the zone file says ends at its time, without a reload', async (t) => {
  const { clock, overrides, keeper, log, done, zone } = scene();
  const until = clock.now() + 60_000;
  overrides.state(
    [{ zone, mirror: 'aurora', reason: 'maintenance', since: 0, until, file: 'z.yaml' }],
    clock.now(),
  );
  keeper.restated();
  await clock.advance(59_999);
  t.ok(overrides.of(zone, 'aurora'));
  t.same(done, []);
  await clock.advance(1);
  t.equal(overrides.of(zone, 'aurora'), undefined);
  t.ok(done.includes('published'));
  t.match(log.lines, [{ event: 'override-ended', mirror: 'aurora' }]);
  keeper.stop();
  t.equal(clock.waiting(), 0);
});

t.test('an end far away is waited for in pieces', async (t) => {
  const { clock, overrides, keeper, zone } = scene();
  await keeper.disable({
    mirror: 'aurora',
    reason: 'x',
    until: new Date(clock.now() + 2 ** 32).toISOString(),
  });
  await clock.advance(2 ** 32 - 1);
  t.ok(overrides.of(zone, 'aurora'));
  await clock.advance(1);
  t.equal(overrides.of(zone, 'aurora'), undefined);
  keeper.stop();
});

t.test('an end that is no RFC 3339, or is over, is refused, and nothing is disabled', async (t) => {
  const { clock, overrides, keeper, zone } = scene();
  for (const until of ['9999', '9999-01-01', 'tomorrow', new Date(clock.now()).toISOString()]) {
    await t.rejects(keeper.disable({ mirror: 'aurora', reason: 'x', until }), {
      code: 'REQUEST_REFUSED',
      message: `until ${until}: expected a time to come, as RFC 3339`,
    });
  }
  t.equal(overrides.of(zone, 'aurora'), undefined);
  keeper.stop();
});

t.test('enable tells that the file disables it, and takes back what was said beside that', async (t) => {
  const { clock, overrides, keeper, done, zone } = scene();
  overrides.state([{ zone, mirror: 'aurora', reason: 'r', since: 0, file: 'z.yaml' }], clock.now());
  await t.rejects(keeper.enable({ mirror: 'aurora' }), {
    code: 'REQUEST_REFUSED',
    message: /disabled by its zone file \(r\): take it out of "overrides" in z\.yaml/,
  });
  await keeper.disable({ mirror: 'aurora', reason: 'mine', by: 'alice' });
  t.match(overrides.of(zone, 'aurora'), { reason: 'mine', by: 'alice' });
  done.length = 0;
  await t.rejects(keeper.enable({ mirror: 'aurora' }), { code: 'REQUEST_REFUSED' });
  t.match(overrides.of(zone, 'aurora'), { reason: 'r' });
  t.same(done.sort(), ['published', 'saved']);
  keeper.stop();
});

t.test('a mirror that the file holds up may be enabled, to no effect', async (t) => {
  const { clock, overrides, keeper, zone } = scene();
  overrides.state(
    [{ zone, mirror: 'aurora', reason: 'r', since: 0, file: 'z.yaml', state: 'up' }],
    clock.now(),
  );
  t.match(await keeper.enable({ mirror: 'aurora' }), { changed: false });
  keeper.stop();
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

t.test('ends follow the wall clock as it is set', async (t) => {
  const { clock, overrides, keeper, log, done, zone } = scene();
  const until = new Date(clock.now() + 3 * DAY).toISOString();
  await keeper.disable({ mirror: 'aurora', reason: 'x', until });
  clock.jump(3 * DAY - HOUR);
  keeper.clockSet();
  t.ok(overrides.of(zone, 'aurora'), 'an hour is left');
  await clock.advance(HOUR - 1);
  t.ok(overrides.of(zone, 'aurora'));
  await clock.advance(1);
  t.equal(overrides.of(zone, 'aurora'), undefined, 'and not three days');
  await keeper.disable({ mirror: 'boreas', reason: 'x', until: new Date(clock.now() + HOUR).toISOString() });
  done.length = 0;
  clock.jump(HOUR);
  keeper.clockSet();
  await clock.advance(0);
  t.equal(overrides.of(zone, 'boreas'), undefined, 'over at once');
  t.ok(done.includes('published') && done.includes('saved'));
  t.same(
    log.lines.filter(({ event }) => event === 'override-ended').map(({ mirror }) => mirror),
    ['aurora', 'boreas'],
  );
  keeper.stop();
  t.equal(clock.waiting(), 0);
});

t.test('what was to last an hour lasts an hour, though the clock is set back by three days', async (t) => {
  const { clock, overrides, keeper, done, zone } = scene();
  const until = new Date(clock.now() + HOUR).toISOString();
  await keeper.disable({ mirror: 'aurora', reason: 'x', until, lasts: HOUR });
  await keeper.disable({ mirror: 'boreas', reason: 'x', until });
  done.length = 0;
  clock.jump(-3 * DAY);
  keeper.clockSet();
  t.equal(overrides.of(zone, 'aurora')?.until, clock.now() + HOUR);
  t.ok(done.includes('saved'), 'and so it is kept');
  await clock.advance(HOUR - 1);
  t.ok(overrides.of(zone, 'aurora'));
  await clock.advance(1);
  t.equal(overrides.of(zone, 'aurora'), undefined);
  t.ok(overrides.of(zone, 'boreas'), 'a date is a date');
  keeper.stop();
});

t.test('what a clock far ahead has ended is in force again when that is set right', async (t) => {
  const { clock, overrides, keeper, zone } = scene();
  const until = new Date(clock.now() + 2 * HOUR).toISOString();
  for (const mirror of ['aurora', 'boreas']) {
    await keeper.disable({ mirror, reason: 'disks', until, lasts: 2 * HOUR });
  }
  clock.jump(3650 * DAY);
  keeper.clockSet();
  t.equal(overrides.of(zone, 'aurora'), undefined);
  await keeper.enable({ mirror: 'boreas' });
  await clock.advance(HOUR);
  clock.jump(-3650 * DAY);
  keeper.clockSet();
  t.match(overrides.of(zone, 'aurora'), { reason: 'disks', until: Date.parse(until) });
  t.equal(overrides.of(zone, 'boreas'), undefined, 'unless somebody has enabled it meanwhile');
  await clock.advance(HOUR);
  t.equal(overrides.of(zone, 'aurora'), undefined);
  keeper.stop();
});
