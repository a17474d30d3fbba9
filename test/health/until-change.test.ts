import fc from 'fast-check';
import t from 'tap';
import type { ProbeState } from '../../src/health/combine-states.js';
import { type CheckState, unprobedState } from '../../src/health/hysteresis.js';
import { ttlFor, untilChange } from '../../src/health/until-change.js';
import { httpProbe } from './targets.js';

const check = (state: Partial<CheckState>, probe: ProbeState['probe'] = httpProbe()): ProbeState => ({
  probe,
  state: { ...unprobedState(0), ...state },
  pending: false,
});
const up = (streak: number): ProbeState => check({ verdict: 'up', streak });
const down = (streak: number): ProbeState => check({ verdict: 'down', streak });

t.test('interval times the probes that are missing', async (t) => {
  t.equal(untilChange([up(0)], 0), 90_000, 'three of thirty seconds');
  t.equal(untilChange([up(1)], 0), 4000, 'in doubt: two of two');
  t.equal(untilChange([up(2)], 0), 2000);
  t.equal(untilChange([down(0)], 0), 60_000);
  t.equal(untilChange([down(1)], 0), 2000);
  t.equal(
    untilChange([check({ verdict: 'down', streak: 5, heldUntil: 3_600_000 })], 0),
    3_600_000,
    'held down',
  );
  t.equal(untilChange([check({}, { type: 'none' })], 0), Infinity);
});

t.test('of several checks: the first that may fall, the last that has to rise', async (t) => {
  t.equal(untilChange([up(0), up(1)], 0), 4000);
  t.equal(untilChange([down(1), down(0), up(2)], 0), 60_000);
  t.equal(untilChange([], 0), Infinity);
});

t.test('between the floor and the TTL, in whole seconds', async (t) => {
  t.equal(ttlFor(90_000, 20, 60), 60);
  t.equal(ttlFor(Infinity, 20, 60), 60);
  t.equal(ttlFor(31_900, 20, 60), 31);
  t.equal(ttlFor(2000, 20, 60), 20);
  t.equal(ttlFor(2000, 0, 60), 2);
});

t.test('never beyond floor and TTL, and the less the surer the doubt', async () => {
  fc.assert(
    fc.property(fc.nat(9), fc.nat(120), fc.nat(120), (streak, a, b) => {
      const [floor, ceiling] = [Math.min(a, b), Math.max(a, b)];
      const probe = httpProbe({ fall: 11 });
      const ttl = (at: number): number =>
        ttlFor(untilChange([check({ verdict: 'up', streak: at }, probe)], 0), floor, ceiling);
      return ttl(streak) >= floor && ttl(streak) <= ceiling && ttl(streak + 1) <= ttl(streak);
    }),
  );
});
