import t from 'tap';
import { excusingOwnRoute } from '../../src/probe/own-route.js';
import type { Outcome } from '../../src/probe/probe.js';
import { httpProbe, targetOf } from '../health/targets.js';

const { probes: _, ...place } = targetOf('2001:db8::10');
const check = { ...place, probe: httpProbe() };
const refused: Outcome = { ok: false, ms: 1, error: 'connection refused' };

async function outcome(of: Outcome, route: boolean): Promise<Outcome> {
  const run = excusingOwnRoute(
    async () => of,
    async () => route,
  );
  return run(check, new AbortController().signal);
}

t.test('a failure is the mirror’s where there is a route, and ours where there is none', async (t) => {
  t.same(await outcome(refused, true), refused);
  t.same(await outcome(refused, false), {
    ok: false,
    ms: 1,
    error: 'this host has no IPv6 route to it',
    fault: 'ours',
  });
});

t.test('a success needs no route, and what is ours stays as it was', async (t) => {
  t.same(await outcome({ ok: true, ms: 1 }, false), { ok: true, ms: 1 });
  const ours: Outcome = { ok: false, ms: 1, error: 'no file descriptors', fault: 'ours' };
  t.same(await outcome(ours, false), ours);
  const late: Outcome = { ok: false, ms: 5000, error: 'no answer within 5s', fault: 'unclear' };
  t.same(await outcome(late, false), late, 'where nothing came back, something was sent');
});
