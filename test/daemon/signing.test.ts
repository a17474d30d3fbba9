/** When zones are signed anew: at each change of a key and each day, by the wall clock as it goes. */
import t from 'tap';
import { followSigning, keysIn } from '../../src/daemon/signing.js';
import type { LoadedZone } from '../../src/zone/zone-files.js';
import { makeKey } from '../dnssec/make-keys.js';
import { createFakeClock } from '../fake-clock.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const MIDNIGHT = Date.UTC(2026, 0, 1);
const zone = soundZone(zoneText());

const signedUntil = (next: number): LoadedZone => ({
  zone,
  text: '',
  file: 'z.yaml',
  keys: { zone: zone.name, keys: [makeKey(15, [0, 0, next, next]), makeKey(15, [0, next])] },
});
const unsigned: LoadedZone = { zone, text: '', file: 'z.yaml' };

function following() {
  const clock = createFakeClock(MIDNIGHT);
  const due: number[] = [];
  return { clock, due, ...followSigning(clock, () => due.push(clock.now() - MIDNIGHT)) };
}

t.test('at the next change of a key, and again where that did not succeed', async (t) => {
  const { clock, due, follow } = following();
  follow({ zones: [unsigned, signedUntil(MIDNIGHT + HOUR)], signedAt: MIDNIGHT });
  await clock.advance(HOUR - 1);
  t.same(due, []);
  await clock.advance(HOUR);
  t.same(due, [HOUR]);
  await clock.advance(HOUR);
  t.same(due, [HOUR, 2 * HOUR]);
  follow({ zones: [signedUntil(MIDNIGHT + HOUR)], signedAt: clock.now() });
  await clock.advance(20 * HOUR);
  t.equal(due.length, 2);
});

t.test('a change between signing and serving is seen', async (t) => {
  const { clock, due, follow } = following();
  await clock.advance(2 * HOUR);
  follow({ zones: [signedUntil(MIDNIGHT + HOUR)], signedAt: MIDNIGHT });
  await clock.advance(MINUTE);
  t.same(due, [2 * HOUR + MINUTE]);
});

t.test('each day', async (t) => {
  const { clock, due, follow } = following();
  const at = (signedAt: number) => ({ zones: [signedUntil(MIDNIGHT)], signedAt });
  follow(at(MIDNIGHT + HOUR));
  await clock.advance(24 * HOUR);
  t.same(due, [24 * HOUR]);
  follow(at(clock.now()));
  clock.jump(24 * HOUR);
  await clock.advance(MINUTE);
  t.same(due, [24 * HOUR, 48 * HOUR + MINUTE], 'by the clock as it was set');
});

t.test('at once where the clock was set, forward or back', async (t) => {
  const { due, follow, clockSet } = following();
  follow({ zones: [unsigned], signedAt: MIDNIGHT });
  clockSet();
  t.same(due, []);
  follow({ zones: [signedUntil(MIDNIGHT)], signedAt: MIDNIGHT });
  clockSet();
  t.same(due, [0]);
});

t.test('never, where nothing is signed or all is over', async (t) => {
  const { clock, due, follow, stop } = following();
  follow({ zones: [unsigned], signedAt: MIDNIGHT });
  await clock.advance(48 * HOUR);
  follow({ zones: [signedUntil(MIDNIGHT)] });
  await clock.advance(48 * HOUR);
  follow({ zones: [signedUntil(MIDNIGHT)], signedAt: clock.now() });
  stop();
  await clock.advance(48 * HOUR);
  t.same(due, []);
  t.equal(clock.waiting(), 0);
});

t.test('the keys of a world', async (t) => {
  const signed = signedUntil(MIDNIGHT);
  t.same([...keysIn({ zones: [unsigned, signed] })], [[zone.name, signed.keys]]);
});
