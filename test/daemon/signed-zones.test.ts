/** Zones that are unsigned too early, over restarts. */
import t, { type Test } from 'tap';
import { openSignedZones } from '../../src/daemon/signed-zones.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { makeKeys } from '../dnssec/make-keys.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const unsigned = { zone: soundZone(zoneText()), text: '', file: 'z.yaml' };
const { name } = unsigned.zone;
const signed = { ...unsigned, keys: makeKeys(name, 15) };

function home(t: Test) {
  const directory = t.testdir();
  const clock = createFakeClock(START);
  const log = createRecordingLog();
  const open = () => openSignedZones(createStateFiles({ directory, clock, log }), clock, log);
  return { clock, log, open };
}

t.test('one that was never signed is no matter, nor one that is', async (t) => {
  const { log, open } = home(t);
  const zones = await open();
  zones.follow({ zones: [unsigned] });
  zones.follow({ zones: [signed] });
  t.same([zones.missed(), log.lines], [[], []]);
  await zones.stop();
});

t.test('without a word to the parent it is, for as long as a DS may be in caches', async (t) => {
  const { clock, log, open } = home(t);
  const before = await open();
  before.follow({ zones: [signed] });
  await before.stop();
  const zones = await open();
  zones.follow({ zones: [unsigned] });
  const report = { zone: name, since: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' };
  t.same(zones.missed(), [report]);
  t.match(log.lines, [{ level: 'error', event: 'unsigned-early', ...report }]);
  await clock.advance(HOUR);
  await zones.stop();
  const after = await open();
  after.follow({ zones: [] });
  after.follow({ zones: [unsigned] });
  t.same(after.missed(), [report], 'since the first time');
  after.follow({ zones: [signed] });
  t.same(after.missed(), [], 'it is signed again');
  after.follow({ zones: [unsigned] });
  await clock.advance(DAY);
  t.same(after.missed(), []);
  await after.stop();
});

t.test('once the parent was asked, and had its time, it is as it should be', async (t) => {
  const { clock, log, open } = home(t);
  const zones = await open();
  zones.follow({ zones: [{ ...signed, keys: { ...signed.keys, withdrawn: START, dsTtl: 2 * HOUR } }] });
  await clock.advance(HOUR);
  zones.follow({ zones: [unsigned] });
  t.match(zones.missed(), [{ until: '2026-01-01T02:00:00.000Z' }]);
  await clock.advance(HOUR);
  t.same(zones.missed(), []);
  zones.follow({ zones: [unsigned] });
  t.same(log.events(), ['unsigned-early']);
  await zones.stop();
});
