/** A target and its checks: judged one by one, seen together. */
import t from 'tap';
import { unprobedState } from '../../src/health/hysteresis.js';
import { newWatchedTarget, updateTarget, type WatchedCheck } from '../../src/health/watched-targets.js';
import { targetKey } from '../../src/probe/target.js';
import { bad, one, scene } from './monitor-scene.js';
import { checkOf, httpProbe, targetOf, tcpProbe } from './targets.js';

t.test('two mirrors with one address in one pool are one target', async (t) => {
  const { clock, monitor, starts } = scene();
  monitor.setTargets([one, targetOf('192.0.2.1', { mirror: 'twin' })]);
  await clock.advance(10_000);
  t.equal(monitor.states().size, 1);
  t.equal(starts.length, 1);
  monitor.close();
});

t.test('a target with several probes: each is judged for itself, it is up when all say so', async (t) => {
  const { clock, monitor, changes, mirrors, log, of } = scene();
  const target = targetOf('192.0.2.1', { probes: [httpProbe(), tcpProbe({ fall: 2, rise: 3 })] });
  mirrors.set('192.0.2.1 tcp', { ms: 3000, outcome: 'good' });
  monitor.setTargets([target]);
  await clock.advance(5000);
  t.match(of(target), {
    state: { verdict: 'unknown' },
    checks: [{ state: { verdict: 'up' } }, { state: { verdict: 'unknown' } }],
  });
  await clock.advance(5000);
  t.match(changes, [{ before: 'unknown', state: { verdict: 'up' } }]);
  mirrors.set('192.0.2.1 tcp', bad);
  await clock.advance(40_000);
  t.match(of(target), {
    state: { verdict: 'down', cause: 'tcp 873: 503 Service Unavailable, expected 200 or 206' },
    checks: [{ state: { verdict: 'up' } }, { state: { verdict: 'down' } }],
  });
  const { since } = of(target).state;
  mirrors.set('192.0.2.1 http', bad);
  await clock.advance(40_000);
  t.match(of(target).state, { verdict: 'down', since, cause: /^http / }, 'the first that fails is the cause');
  mirrors.clear();
  await clock.advance(40_000);
  t.match(of(target).state, { verdict: 'up' });
  t.equal(changes.length, 3, 'what turns beneath a verdict that stays is no change');
  t.same(log.events(), ['verdict-changed', 'verdict-changed', 'verdict-changed']);
  monitor.close();
});

t.test('a probe that is added waits for its first success, the others keep their state', async (t) => {
  const { clock, monitor, of } = scene();
  monitor.setTargets([one]);
  await clock.advance(10_000);
  const both = targetOf('192.0.2.1', { probes: [httpProbe(), tcpProbe()] });
  monitor.setTargets([both]);
  t.match(of(both), {
    state: { verdict: 'unknown' },
    pending: true,
    checks: [
      { state: { verdict: 'up' }, pending: false },
      { state: { verdict: 'unknown' }, pending: true },
    ],
  });
  await clock.advance(5000);
  t.match(of(both), { state: { verdict: 'up' }, pending: false });
  t.equal([...monitor.checks()].length, 2);
  monitor.setTargets([one]);
  t.match(of(one), { state: { verdict: 'up' }, pending: false });
  t.equal([...monitor.checks()].length, 1);
  monitor.close();
});

t.test('standings are a copy', async (t) => {
  const { clock, monitor } = scene();
  monitor.setTargets([one]);
  const before = monitor.states();
  await clock.advance(10_000);
  t.equal(before.get(targetKey(one))?.state.verdict, 'unknown');
  monitor.close();
});

t.test('a target is pending for as long as one of its checks is, and each turn is told once', async (t) => {
  const check = (address: string, pending: boolean): WatchedCheck => ({
    check: checkOf(address),
    targets: [],
    state: unprobedState(0),
    pending,
    startedAt: undefined,
    inFlight: undefined,
    notProbed: undefined,
    failingSince: 0,
    phase: 0,
    warnedAt: undefined,
    giveUp: () => undefined,
  });
  const [first, second] = [check('192.0.2.1', true), check('192.0.2.1', false)];
  const target = newWatchedTarget('key', targetOf('192.0.2.1'), [first, second]);
  t.equal(target.pending, true);
  second.state = { ...second.state, verdict: 'up' };
  t.equal(updateTarget(target), undefined, 'nothing that others hear of');
  first.state = { ...first.state, verdict: 'up' };
  first.pending = false;
  t.match(updateTarget(target), { key: 'key', before: 'unknown', pending: false, state: { verdict: 'up' } });
  t.equal(updateTarget(target), undefined);
});
