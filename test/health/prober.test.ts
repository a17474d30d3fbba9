/** What a probe that was made says of the mirror, and what it says of this host alone. */
import t from 'tap';
import { bad, good, one, scene, startsOf } from './monitor-scene.js';
import { httpProbe, targetOf } from './targets.js';

t.test('a stall of this process condemns nobody', async (t) => {
  const { clock, monitor, starts, changes, mirrors, log, of } = scene();
  const probe = httpProbe({ fall: 1 });
  const target = targetOf('192.0.2.1', { probe });
  monitor.setTargets([target]);
  await clock.advance(3000);
  // It would answer in 100 ms, but the process sleeps over that and over the deadline.
  mirrors.set('192.0.2.1', 'hangs');
  await clock.advance(29_600);
  t.equal(starts.length, 2);
  await clock.stall(20_000);
  t.equal(of(target).state.verdict, 'up');
  t.match(log.lines.at(-1), { event: 'probe-stall-discarded', level: 'warn', address: '192.0.2.1' });
  mirrors.set('192.0.2.1', good);
  await clock.advance(2000);
  t.equal(starts.length, 3, 'asked again within fast_interval');
  t.match(of(target).state, { verdict: 'up', streak: 0, lastProbe: { ok: true } });
  t.equal(changes.length, 1, 'nothing but its first success');
  monitor.close();
});

t.test(
  'a stall that begins just before the deadline is seen although the deadline fires first',
  async (t) => {
    const { clock, monitor, mirrors, of, log } = scene();
    const target = targetOf('192.0.2.1', { probe: httpProbe({ fall: 1 }) });
    monitor.setTargets([target]);
    await clock.advance(3000);
    mirrors.set('192.0.2.1', 'hangs');
    // The probe starts at 32500 and ends at 37500; the process beats each 250 ms and stops at 37499.
    await clock.advance(34_499);
    await clock.stall(1500);
    t.equal(of(target).state.verdict, 'up');
    t.ok(log.events().includes('probe-stall-discarded'));
    monitor.close();
  },
);

t.test('a dead mirror falls in spite of an earlier stall', async (t) => {
  const { clock, monitor, mirrors, of } = scene();
  monitor.setTargets([one]);
  await clock.advance(3000);
  mirrors.set('192.0.2.1', 'hangs');
  await clock.advance(30_000);
  await clock.stall(8000);
  t.match(of(one).state, { verdict: 'up', streak: 0 });
  await clock.advance(2000 + 3 * 5000);
  t.equal(of(one).state.verdict, 'down');
  monitor.close();
});

t.test('a clear answer across a stall counts', async (t) => {
  const { clock, monitor, mirrors, of } = scene();
  const target = targetOf('192.0.2.1', { probe: httpProbe({ fall: 1 }) });
  monitor.setTargets([target]);
  mirrors.set('192.0.2.1', { ms: 100, outcome: 'bad' });
  await clock.advance(2550);
  await clock.stall(3000);
  t.equal(of(target).state.verdict, 'down');
  monitor.close();
});

t.test('a connection that breaks across a stall does not count', async (t) => {
  const { clock, monitor, mirrors, of } = scene();
  const target = targetOf('192.0.2.1', { probe: httpProbe({ fall: 1 }) });
  monitor.setTargets([target]);
  mirrors.set('192.0.2.1', { ms: 100, outcome: 'reset' });
  await clock.advance(2550);
  await clock.stall(3000);
  t.equal(of(target).state.verdict, 'unknown');
  await clock.advance(2100);
  t.equal(of(target).state.verdict, 'down', 'without a stall it does');
  monitor.close();
});

t.test('a probe that this host could not make judges nobody, and is not hurried', async (t) => {
  const { clock, monitor, mirrors, starts, of, log } = scene();
  const target = targetOf('192.0.2.1', { probe: httpProbe({ fall: 1 }) });
  monitor.setTargets([target]);
  mirrors.set('192.0.2.1', { ms: 0, outcome: 'ours' });
  await clock.advance(70_000);
  t.same(startsOf(starts, '192.0.2.1'), [2500, 32_500, 62_500]);
  t.equal(of(target).state.verdict, 'unknown');
  t.match(log.lines, [{ event: 'probe-skipped', error: 'no file descriptors left' }], 'said once');
  mirrors.set('192.0.2.1', good);
  await clock.advance(30_000);
  mirrors.set('192.0.2.1', { ms: 0, outcome: 'ours' });
  await clock.advance(60_000);
  t.same(log.events(), ['probe-skipped', 'verdict-changed', 'probe-skipped'], 'and again the next time');
  t.equal(of(target).state.verdict, 'up');
  monitor.close();
});

t.test('a certificate that ends soon is said once a day', async (t) => {
  const { clock, monitor, mirrors, log } = scene();
  const certificateEnds = clock.now() + 10 * 86_400_000;
  mirrors.set('192.0.2.1', { ms: 20, outcome: 'good', certificateEnds });
  monitor.setTargets([targetOf('192.0.2.1', { probe: httpProbe({ type: 'https', interval: 3_600_000 }) })]);
  await clock.advance(30 * 3_600_000);
  const warnings = log.lines.filter(({ event }) => event === 'certificate-ends-soon');
  t.equal(warnings.length, 2);
  t.match(warnings[0], {
    level: 'warn',
    mirror: 'aurora',
    message: /certificate ends in 9d 23h \(2026-01-11\)/,
  });
  monitor.close();
});

t.test('timing that a reload has changed while a fall was confirmed counts from then on', async (t) => {
  let say = (_: boolean): void => undefined;
  const confirm = () =>
    new Promise<boolean>((resolve) => {
      say = resolve;
    });
  const { clock, monitor, starts, mirrors, of } = scene({ confirm });
  const [slow, quick] = [3_600_000, 10_000].map((interval) =>
    targetOf('192.0.2.1', { probe: httpProbe({ fall: 1, interval }) }),
  );
  if (slow === undefined || quick === undefined) throw new Error('there are two');
  mirrors.set('192.0.2.1', bad);
  monitor.setTargets([slow]);
  await clock.advance(3000);
  monitor.setTargets([quick]);
  say(true);
  await clock.advance(30_000);
  t.equal(of(quick).state.verdict, 'down');
  t.same(startsOf(starts, '192.0.2.1'), [2500, 12_500, 22_500, 32_500]);
  monitor.close();
});
