import t from 'tap';
import { type CheckStanding, combined } from '../../src/health/combined.js';
import type { Standing } from '../../src/health/hysteresis.js';
import { httpProbe, tcpProbe } from './targets.js';

const probed = (at: number) => ({ at, ok: true, ms: 1 });
const up: Standing = { verdict: 'up', streak: 0, since: 100, lastProbe: probed(900) };
const down: Standing = {
  verdict: 'down',
  streak: 1,
  since: 300,
  cause: 'connection refused',
  lastProbe: probed(700),
};
const unknown: Standing = { verdict: 'unknown', streak: 2, since: 200 };

function check(standing: Standing, probe: CheckStanding['probe'] = httpProbe()): CheckStanding {
  return { probe, standing, pending: false };
}

t.test('a lone check is its target', async (t) => {
  for (const standing of [up, down, unknown]) t.same(combined([check(standing)]), standing);
});

t.test(
  'up when all say so; down where one is, whatever the others; unknown while one is and none is down',
  async (t) => {
    const later = { ...up, since: 250 };
    t.match(combined([check(up), check(later)]), { verdict: 'up', since: 250 });
    t.match(combined([check(up), check(unknown)]), { verdict: 'unknown', since: 200, streak: 2 });
    t.match(combined([check(unknown), check(down), check(up)]), {
      verdict: 'down',
      since: 300,
      lastProbe: probed(900),
    });
  },
);

t.test('the cause is that of the first that is down, and says which it is', async (t) => {
  const late = { ...down, since: 150, cause: 'stale' };
  t.match(combined([check(up), check(down, tcpProbe()), check(late)]), {
    cause: 'tcp 873: connection refused',
    since: 150,
  });
  t.match(combined([check(late), check(down, tcpProbe())]), { cause: 'http /project/trace: stale' });
});

t.test('a verdict that stays was reached when it was', async (t) => {
  const first = combined([check(down), check(up)]);
  // The other one fails, and the first is good again: it has been down all the while.
  const second = combined([check(down), check({ ...down, since: 400 })], first);
  t.match(combined([check({ ...up, since: 500 }), check({ ...down, since: 400 })], second), {
    verdict: 'down',
    since: 300,
  });
});
