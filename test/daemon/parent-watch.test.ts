/** What is due at a parent is in the log once, and once more when it is late. */
import t from 'tap';
import { watchParents } from '../../src/daemon/parent-watch.js';
import { rollKeys } from '../../src/dnssec/roll.js';
import { makeKey, makeKeys } from '../dnssec/make-keys.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const loaded = { zone: soundZone(zoneText()), text: '', file: 'z.yaml' };
const steady = makeKeys(loaded.zone.name, 15);
const spans = { longestTtl: HOUR, dsTtl: DAY, copying: DAY, changing: 2 * DAY };
const rolling = rollKeys(steady, START, spans, ({ publish, activate }) => makeKey(15, [publish, activate]));
const [old, next] = rolling.keys;
if (next === undefined) throw new Error('no next key');

t.test('a roll that nobody looks after', async (t) => {
  const clock = createFakeClock(START);
  const log = createRecordingLog();
  const watch = watchParents(clock, log);
  watch.follow({ zones: [loaded, { ...loaded, keys: steady }] });
  t.same(log.events(), []);
  const world = { zones: [{ ...loaded, keys: rolling }] };
  watch.follow(world);
  watch.follow(world);
  t.same(log.events(), ['parent-due']);
  await clock.advance(3 * DAY + HOUR - 1);
  t.same(log.events(), ['parent-due']);
  await clock.advance(60_000);
  t.same(log.events(), ['parent-due', 'parent-late']);
  await clock.advance(12 * HOUR);
  t.match(log.lines, { length: 2, 1: { level: 'error', zone: loaded.zone.name, key: next.tag } });
  watch.stop();
});

t.test('one that somebody looks after', async (t) => {
  const clock = createFakeClock(START);
  const log = createRecordingLog();
  const watch = watchParents(clock, log);
  const seen = { ...rolling, keys: [old, { ...next, dsSeen: START }] } as const;
  watch.follow({ zones: [{ ...loaded, keys: seen }] });
  await clock.advance(9 * DAY);
  t.same(log.lines, []);
  watch.stop();
});
