import t from 'tap';
import { inWallTime, targetInWallTime } from '../../src/health/wall-time.js';
import { httpProbe, targetOf } from './targets.js';

const FULL = {
  verdict: 'down',
  streak: 2,
  since: 10,
  cause: 'refused',
  lastProbe: { at: 20, ok: false, ms: 5, error: 'refused', certificateEnds: 99 },
  returned: 30,
  heldUntil: 40,
  flap: { lapses: [1, 2], falls: [3], level: 2 },
} as const;

t.test('each moment moves, and nothing else does', async (t) => {
  t.same(inWallTime(FULL, 1000), {
    ...FULL,
    since: 1010,
    lastProbe: { ...FULL.lastProbe, at: 1020 },
    returned: 1030,
    heldUntil: 1040,
    flap: { lapses: [1001, 1002], falls: [1003], level: 2 },
  });
  t.same(inWallTime(inWallTime(FULL, 1000), -1000), FULL);
});

t.test('what is not there does not come into being', async (t) => {
  t.same(Object.keys(inWallTime({ verdict: 'unknown', streak: 0, since: 0 }, 5)), [
    'verdict',
    'streak',
    'since',
  ]);
});

t.test('a target moves with all of its checks', async (t) => {
  const check = { probe: httpProbe(), state: FULL, pending: false };
  const moved = targetInWallTime(
    { target: targetOf('192.0.2.1'), state: FULL, pending: true, checks: [check] },
    7,
  );
  t.match(moved, { pending: true, state: { since: 17 }, checks: [{ pending: false, state: { since: 17 } }] });
});
