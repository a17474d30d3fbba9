/** The ends of overrides, by a wall clock that goes on, and by one that is set. */
import t from 'tap';
import { openOverrideEnds } from '../../src/daemon/override-ends.js';
import { createOverrides, type Override } from '../../src/health/overrides.js';
import { DAY_MS, HOUR_MS } from '../../src/platform/time.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const zone = 'dl.example.org';

function scene() {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const overrides = createOverrides();
  const done: string[] = [];
  const ends = openOverrideEnds({
    ...{ overrides, clock, log },
    publish: (mirrors) => done.push(`published ${mirrors.join()}`),
    save: () => done.push('saved'),
  });
  /** One that somebody gives now, to end at `until`; `lasts` as it was given, where it was as a time to last. */
  const give = (mirror: string, until: number, lasts?: number): Override => {
    const override = { zone, mirror, reason: 'disks', since: clock.now(), until };
    overrides.add(override);
    if (lasts !== undefined) ends.lasts(override, lasts);
    ends.look();
    return override;
  };
  const holds = (mirror: string) => overrides.of(zone, mirror) !== undefined;
  return { clock, log, overrides, ends, done, give, holds };
}

t.test('what the zone file says ends at its time, without a reload', async (t) => {
  const { clock, overrides, ends, log, done, holds } = scene();
  const until = clock.now() + 60_000;
  overrides.state(
    [{ zone, mirror: 'aurora', reason: 'maintenance', since: 0, until, file: 'z.yaml' }],
    clock.now(),
  );
  ends.look();
  await clock.advance(59_999);
  t.ok(holds('aurora'));
  t.same(done, []);
  await clock.advance(1);
  t.notOk(holds('aurora'));
  t.same(done, ['published dl.example.org/aurora', 'saved']);
  t.match(log.lines, [{ event: 'override-ended', mirror: 'aurora' }]);
  ends.stop();
  t.equal(clock.waiting(), 0);
});

t.test('an end far away is waited for in pieces', async (t) => {
  const { clock, ends, give, holds } = scene();
  give('aurora', clock.now() + 2 ** 32);
  await clock.advance(2 ** 32 - 1);
  t.ok(holds('aurora'));
  await clock.advance(1);
  t.notOk(holds('aurora'));
  ends.stop();
});

t.test('ends follow the wall clock as it is set', async (t) => {
  const { clock, ends, log, done, give, holds } = scene();
  give('aurora', clock.now() + 3 * DAY_MS);
  clock.jump(3 * DAY_MS - HOUR_MS);
  t.same(ends.clockSet(), []);
  t.ok(holds('aurora'), 'an hour is left');
  await clock.advance(HOUR_MS - 1);
  t.ok(holds('aurora'));
  await clock.advance(1);
  t.notOk(holds('aurora'), 'and not three days');
  give('boreas', clock.now() + HOUR_MS);
  done.length = 0;
  clock.jump(HOUR_MS);
  ends.clockSet();
  await clock.advance(0);
  t.notOk(holds('boreas'), 'over at once');
  t.ok(done.includes('published dl.example.org/boreas') && done.includes('saved'));
  t.same(
    log.lines.filter(({ event }) => event === 'override-ended').map(({ mirror }) => mirror),
    ['aurora', 'boreas'],
  );
  ends.stop();
  t.equal(clock.waiting(), 0);
});

t.test('what was to last an hour lasts an hour, though the clock is set back by three days', async (t) => {
  const { clock, overrides, ends, done, give, holds } = scene();
  const until = clock.now() + HOUR_MS;
  give('aurora', until, HOUR_MS);
  give('boreas', until);
  done.length = 0;
  clock.jump(-3 * DAY_MS);
  t.match(
    ends.clockSet(),
    [{ mirror: 'aurora', until: clock.now() + HOUR_MS }],
    'the one that is to be told',
  );
  t.equal(overrides.of(zone, 'aurora')?.until, clock.now() + HOUR_MS);
  t.ok(done.includes('saved'), 'and so it is kept');
  await clock.advance(HOUR_MS - 1);
  t.ok(holds('aurora'));
  await clock.advance(1);
  t.notOk(holds('aurora'));
  t.ok(holds('boreas'), 'a date is a date');
  ends.stop();
});

t.test('what a clock far ahead has ended is in force again when that is set right', async (t) => {
  const { clock, overrides, ends, give, holds } = scene();
  const until = clock.now() + 2 * HOUR_MS;
  for (const mirror of ['aurora', 'boreas', 'cascade']) give(mirror, until, 2 * HOUR_MS);
  overrides.state([{ zone, mirror: 'cascade', reason: 'moved', since: 0, file: 'z.yaml' }], clock.now());
  clock.jump(3650 * DAY_MS);
  ends.clockSet();
  t.notOk(holds('aurora'));
  ends.forget([{ zone, mirror: 'boreas' }]);
  await clock.advance(HOUR_MS);
  clock.jump(-3650 * DAY_MS);
  ends.clockSet();
  t.match(overrides.of(zone, 'aurora'), { reason: 'disks', until });
  t.match(overrides.of(zone, 'cascade'), { reason: 'disks' }, 'it wins over that of the file, as before');
  t.notOk(holds('boreas'), 'unless somebody has enabled it meanwhile');
  await clock.advance(HOUR_MS);
  t.notOk(holds('aurora'));
  ends.stop();
});
