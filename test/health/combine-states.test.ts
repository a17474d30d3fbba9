import t from 'tap';
import { combineStates, type ProbeState } from '../../src/health/combine-states.js';
import type { CheckState } from '../../src/health/hysteresis.js';
import { httpProbe, tcpProbe } from './targets.js';

const probed = (at: number) => ({ at, ok: true, ms: 1 });
const up: CheckState = { verdict: 'up', streak: 0, since: 100, lastProbe: probed(900) };
const down: CheckState = {
  verdict: 'down',
  streak: 1,
  since: 300,
  cause: 'connection refused',
  lastProbe: probed(700),
};
const unknown: CheckState = { verdict: 'unknown', streak: 2, since: 200 };

function check(state: CheckState, probe: ProbeState['probe'] = httpProbe()): ProbeState {
  return { probe, state, pending: false };
}

t.test('a lone check is its target', async (t) => {
  for (const state of [up, down, unknown]) t.same(combineStates([check(state)]), state);
});

t.test(
  'up when all say so; down where one is, whatever the others; unknown while one is and none is down',
  async (t) => {
    const later = { ...up, since: 250 };
    t.match(combineStates([check(up), check(later)]), { verdict: 'up', since: 250 });
    t.match(combineStates([check(up), check(unknown)]), { verdict: 'unknown', since: 200, streak: 2 });
    t.match(combineStates([check(unknown), check(down), check(up)]), {
      verdict: 'down',
      since: 300,
      lastProbe: probed(900),
    });
  },
);

t.test('the cause is that of the first that is down, and says which it is', async (t) => {
  const late = { ...down, since: 150, cause: 'stale' };
  t.match(combineStates([check(up), check(down, tcpProbe()), check(late)]), {
    cause: 'tcp 873: connection refused',
    since: 150,
  });
  t.match(combineStates([check(late), check(down, tcpProbe())]), { cause: 'http /project/trace: stale' });
});

t.test('a verdict that stays was reached when it was', async (t) => {
  const first = combineStates([check(down), check(up)]);
  // The other one fails, and the first is good again: it has been down all the while.
  const second = combineStates([check(down), check({ ...down, since: 400 })], first);
  t.match(combineStates([check({ ...up, since: 500 }), check({ ...down, since: 400 })], second), {
    verdict: 'down',
    since: 300,
  });
});
