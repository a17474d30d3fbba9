import t from 'tap';
import type { StoredVerdict } from '../../src/health/stored-verdict.js';
import { seededRandom } from '../../src/platform/random.js';
import { targetKey } from '../../src/probe/target.js';
import { bad, good, one, scene, startsOf, two } from './monitor-scene.js';
import { httpProbe, TIMING, targetOf, tcpProbe } from './targets.js';

t.test('first probes are spread over 5 s, or over the interval where that is shorter', async (t) => {
  for (const [interval, spread] of [
    [30_000, 5000],
    [2000, 2000],
  ] as const) {
    const { clock, monitor, starts } = scene({ random: seededRandom(7) });
    const probe = httpProbe({ interval, timeout: 1000 });
    monitor.setTargets(Array.from({ length: 100 }, (_, i) => targetOf(`192.0.2.${i + 1}`, { probe })));
    t.equal(starts.length, 0, 'nothing at once');
    await clock.advance(spread);
    const first = new Map<string, number>();
    for (const { address, at } of starts) first.set(address, Math.min(at, first.get(address) ?? at));
    t.equal(first.size, 100, 'all have begun');
    for (let tenth = 0; tenth < 10; tenth++) {
      const low = (tenth * spread) / 10;
      const count = [...first.values()].filter((at) => at >= low && at < low + spread / 10).length;
      t.ok(count >= 2 && count <= 25, `${count} of 100 in a tenth of the time`);
    }
    monitor.close();
  }
});

t.test('later probes are start to start, however long one takes', async (t) => {
  const { clock, monitor, starts, mirrors } = scene();
  mirrors.set('192.0.2.1', { ms: 4000, outcome: 'good' });
  monitor.setTargets([one]);
  await clock.advance(100_000);
  t.same(startsOf(starts, '192.0.2.1'), [2500, 32_500, 62_500, 92_500]);
  monitor.close();
});

t.test('a cold start: unknown, up at the first success, within seconds', async (t) => {
  const { clock, monitor, changes, log, of } = scene();
  monitor.setTargets([one]);
  t.match(of(one), { state: { verdict: 'unknown' }, pending: false });
  await clock.advance(2519);
  t.same(changes, []);
  await clock.advance(1);
  t.match(changes, [{ before: 'unknown', state: { verdict: 'up' }, pending: false, at: 2520 }]);
  t.equal(changes[0]?.key, targetKey(one));
  t.match(log.lines, [
    {
      event: 'verdict-changed',
      level: 'info',
      mirror: 'aurora',
      address: '192.0.2.1',
      from: 'unknown',
      to: 'up',
    },
  ]);
  t.equal(of(one).state.since, clock.now());
  monitor.close();
});

t.test('failures: fast while in doubt, down after fall, back after rise', async (t) => {
  const { clock, monitor, starts, changes, mirrors, log } = scene();
  monitor.setTargets([one]);
  await clock.advance(10_000);
  mirrors.set('192.0.2.1', bad);
  await clock.advance(50_000);
  t.same(startsOf(starts, '192.0.2.1'), [2500, 32_500, 34_500, 36_500]);
  t.match(changes.at(-1), {
    before: 'up',
    state: { verdict: 'down', cause: '503 Service Unavailable, expected 200 or 206' },
    at: 36_520,
  });
  t.match(log.lines.at(-1), { level: 'warn', cause: '503 Service Unavailable, expected 200 or 206' });
  mirrors.set('192.0.2.1', good);
  await clock.advance(40_000);
  t.same(startsOf(starts, '192.0.2.1').slice(4), [66_500, 68_500, 98_500]);
  t.match(changes.at(-1), { before: 'down', state: { verdict: 'up' }, at: 68_520 });
  t.equal(changes.length, 3);
  monitor.close();
});

t.test('a hung mirror is out in time, whenever it dies', async (t) => {
  const { interval, fastInterval, timeout, fall } = TIMING;
  const worst = interval + (fall - 1) * (fastInterval + timeout) + timeout;
  let slowest = 0;
  for (let died = 3000; died < 3000 + interval; died += 1370) {
    const { clock, monitor, changes, mirrors } = scene();
    monitor.setTargets([one]);
    await clock.advance(died);
    mirrors.set('192.0.2.1', 'hangs');
    await clock.advance(worst);
    const change = changes.at(-1);
    t.equal(change?.state.verdict, 'down', `died at ${died}`);
    slowest = Math.max(slowest, (change?.at ?? Number.POSITIVE_INFINITY) - died);
    monitor.close();
  }
  t.ok(slowest <= worst);
  t.ok(slowest > interval, 'the bound was put to the test');
});

t.test('a reload keeps the state of what stays, whatever its timing', async (t) => {
  const calm = scene();
  calm.monitor.setTargets([one, two]);
  await calm.clock.advance(35_000);
  const undisturbed = startsOf(calm.starts, '192.0.2.2');
  calm.monitor.close();
  const { clock, monitor, starts, of } = scene();
  monitor.setTargets([one, two]);
  await clock.advance(10_000);
  const before = of(one).state;
  const retimed = targetOf('192.0.2.1', { probe: httpProbe({ interval: 12_000 }) });
  monitor.setTargets([retimed, two]);
  t.equal(of(one).state, before);
  t.equal(of(one).pending, false);
  await clock.advance(25_000);
  t.same(
    startsOf(starts, '192.0.2.1'),
    [2500, 14_500, 26_500],
    'the new interval counts from the last start',
  );
  t.same(startsOf(starts, '192.0.2.2'), undisturbed, 'the other does not notice');
  monitor.close();
});

t.test('reloading often delays nothing', async (t) => {
  const { clock, monitor, starts } = scene();
  for (let i = 0; i < 70; i++) {
    monitor.setTargets([one]);
    await clock.advance(1000);
  }
  t.same(startsOf(starts, '192.0.2.1'), [2500, 32_500, 62_500]);
  monitor.close();
});

t.test('a reload leaves those who wait for their turn in their place', async (t) => {
  const { clock, monitor, starts, mirrors } = scene({ random: () => 0.9 });
  const probe = httpProbe({ interval: 5000 });
  const targets = ['a.example.org', 'b.example.org'].map((pool) => targetOf('192.0.2.1', { pool, probe }));
  mirrors.set('192.0.2.1', { ms: 3000, outcome: 'good' });
  monitor.setTargets(targets);
  await clock.advance(10_000);
  // The first is due since 9500 and waits for the second, which will be done at 10500.
  monitor.setTargets(targets);
  await clock.advance(3000);
  t.same(startsOf(starts, '192.0.2.1'), [4500, 7500, 10_500]);
  monitor.close();
});

t.test('a reload that makes a probe overdue spreads it again', async (t) => {
  const { clock, monitor, starts } = scene();
  monitor.setTargets([targetOf('192.0.2.1', { probe: httpProbe({ interval: 3_600_000 }) })]);
  await clock.advance(100_000);
  monitor.setTargets([targetOf('192.0.2.1', { probe: httpProbe({ interval: 10_000 }) })]);
  await clock.advance(15_000);
  t.same(startsOf(starts, '192.0.2.1'), [2500, 102_500, 112_500]);
  monitor.close();
});

t.test('a new path starts anew, and waits for its first success', async (t) => {
  const { clock, monitor, of } = scene();
  monitor.setTargets([one]);
  await clock.advance(10_000);
  const moved = targetOf('192.0.2.1', { probe: httpProbe({ path: '/elsewhere' }) });
  monitor.setTargets([moved]);
  t.equal(monitor.states().size, 1);
  t.match(of(moved), { state: { verdict: 'unknown' }, pending: true });
  monitor.close();
});

t.test('an address new at a reload is pending until its first success', async (t) => {
  const { clock, monitor, changes, of } = scene();
  monitor.setTargets([one]);
  await clock.advance(10_000);
  monitor.setTargets([one, two]);
  t.match(of(two), { state: { verdict: 'unknown' }, pending: true });
  monitor.setTargets([one, two]);
  t.equal(of(two).pending, true, 'one more reload does not admit it');
  await clock.advance(3000);
  t.match(of(two), { state: { verdict: 'up' }, pending: false });
  t.match(changes.at(-1), { key: targetKey(two), before: 'unknown', pending: false });
  monitor.close();
});

t.test(
  'a new address that fails goes down, and its first success is told though it stays down',
  async (t) => {
    const { clock, monitor, changes, mirrors, of } = scene();
    monitor.setTargets([]);
    mirrors.set('192.0.2.2', bad);
    monitor.setTargets([two]);
    await clock.advance(7000);
    t.match(of(two), { state: { verdict: 'down' }, pending: true });
    mirrors.set('192.0.2.2', good);
    await clock.advance(30_000);
    t.match(changes.slice(0, 2), [
      { before: 'unknown', state: { verdict: 'down' }, pending: true },
      { before: 'down', state: { verdict: 'down', streak: 1 }, pending: false },
    ]);
    await clock.advance(2000);
    t.match(changes.slice(2), [{ before: 'down', state: { verdict: 'up' }, pending: false }]);
    monitor.close();
  },
);

t.test('what is gone is cut off, and its late outcome ignored', async (t) => {
  const { clock, monitor, starts, changes, mirrors, cutOff, log } = scene();
  mirrors.set('192.0.2.1', { ms: 3000, outcome: 'bad' });
  const target = targetOf('192.0.2.1', { probe: httpProbe({ fall: 1 }) });
  monitor.setTargets([target]);
  await clock.advance(3000);
  monitor.setTargets([]);
  t.same(cutOff, ['192.0.2.1']);
  t.equal(monitor.states().size, 0);
  await clock.advance(200_000);
  t.equal(starts.length, 1);
  t.same(changes, []);
  t.same(log.lines, []);
  monitor.close();
});

t.test('one that goes and comes back starts anew, after the old probe has left', async (t) => {
  const { clock, monitor, starts, mirrors, of } = scene({ random: () => 0 });
  mirrors.set('192.0.2.1', { ms: 3000, outcome: 'good' });
  monitor.setTargets([one]);
  await clock.advance(1000);
  monitor.setTargets([]);
  monitor.setTargets([one]);
  t.match(of(one), { state: { verdict: 'unknown' }, pending: true });
  await clock.advance(2000);
  t.match(
    of(one),
    { state: { verdict: 'unknown' }, pending: true },
    'the old probe was good, but not its own',
  );
  await clock.advance(3000);
  t.same(startsOf(starts, '192.0.2.1'), [0, 3000]);
  t.equal(of(one).state.verdict, 'up');
  monitor.close();
});

t.test('one that goes while it waits for its turn is not probed', async (t) => {
  const { clock, monitor, starts, mirrors } = scene({ random: () => 0 });
  mirrors.set('192.0.2.1', { ms: 3000, outcome: 'good' });
  const other = targetOf('192.0.2.1', { pool: 'alpha.example.org' });
  monitor.setTargets([one, other]);
  await clock.advance(1000);
  monitor.setTargets([one]);
  await clock.advance(20_000);
  t.same(
    starts.map(({ key }) => key),
    [targetKey(one)],
  );
  monitor.close();
});

t.test('stored verdicts up to an hour old apply', async (t) => {
  const clockNow = Date.UTC(2026, 0, 1);
  const stored = (verdict: 'up' | 'down', age: number): StoredVerdict => ({
    verdict,
    since: clockNow - 86_400_000,
    lastProbe: { at: clockNow - age, ok: verdict === 'up', ms: 3 },
    ...(verdict === 'down' ? { cause: 'connection refused' } : {}),
  });
  const old = targetOf('192.0.2.3');
  const later = targetOf('192.0.2.4');
  const recall = new Map([
    [targetKey(one), stored('down', 3_600_000)],
    [targetKey(two), stored('up', 1000)],
    [targetKey(old), stored('down', 3_600_001)],
    [targetKey(later), stored('up', 1000)],
  ]);
  const { clock, monitor, changes, of } = scene({ recall });
  monitor.setTargets([one, two, old]);
  t.match(of(one).state, { verdict: 'down', cause: 'connection refused', since: clockNow - 86_400_000 });
  t.match(of(two).state, { verdict: 'up', since: clockNow - 86_400_000 });
  t.match(of(old), { state: { verdict: 'unknown' }, pending: false });
  t.same(changes, []);

  monitor.setTargets([one, two, old, later]);
  t.match(of(later), { state: { verdict: 'up' }, pending: false }, 'a zone that was broken at the start');

  monitor.setTargets([one]);
  monitor.setTargets([one, two]);
  t.match(of(two), { state: { verdict: 'unknown' }, pending: true }, 'but not twice');

  await clock.advance(5000);
  t.match(of(one).state, { verdict: 'up' }, 'it climbs by rise good ones');
  monitor.close();
});

t.test('type none is up at once, never pending, never probed', async (t) => {
  const { clock, monitor, starts, of } = scene();
  const quiet = targetOf('192.0.2.9', { probe: { type: 'none' } });
  monitor.setTargets([]);
  monitor.setTargets([quiet]);
  t.match(of(quiet), { state: { verdict: 'up' }, pending: false });
  monitor.setTargets([quiet]);
  await clock.advance(100_000);
  t.same(starts, []);
  monitor.close();
});

t.test('the wall clock may jump without hurting the schedule', async (t) => {
  const { clock, monitor, starts } = scene();
  monitor.setTargets([one]);
  await clock.advance(10_000);
  clock.jump(-86_400_000);
  await clock.advance(30_000);
  clock.jump(172_800_000);
  await clock.advance(30_000);
  t.same(startsOf(starts, '192.0.2.1'), [2500, 32_500, 62_500]);
  monitor.close();
});

t.test('a mirror that flaps is held down for an hour, whatever the wall clock is set to', async (t) => {
  const YEAR = 8766 * 3_600_000;
  const { clock, monitor, mirrors, of } = scene();
  const target = targetOf('192.0.2.1', { probe: httpProbe({ fall: 1, rise: 1 }) });
  monitor.setTargets([target]);
  for (let falls = 0; falls < 3; falls++) {
    mirrors.set('192.0.2.1', good);
    await clock.advance(60_000);
    mirrors.set('192.0.2.1', bad);
    await clock.advance(60_000);
  }
  mirrors.set('192.0.2.1', good);
  clock.jump(YEAR);
  await clock.advance(120_000);
  t.match(of(target).state, { verdict: 'down', lastProbe: { ok: true } }, 'a year ahead');
  clock.jump(-2 * YEAR);
  await clock.advance(3_300_000);
  t.equal(of(target).state.verdict, 'down', 'a year behind');
  await clock.advance(300_000);
  t.equal(of(target).state.verdict, 'up', 'an hour after its last failure');
  monitor.close();
});

t.test('closing ends every timer and probe; what stood can still be read', async (t) => {
  const { clock, monitor, starts, cutOff, mirrors, changes } = scene({ random: () => 0 });
  mirrors.set('192.0.2.2', 'hangs');
  monitor.setTargets([one, two]);
  await clock.advance(1000);
  monitor.close();
  t.same(cutOff, ['192.0.2.2']);
  await clock.advance(100_000);
  t.equal(starts.length, 2);
  t.equal(changes.length, 1);
  t.equal(clock.waiting(), 0);
  t.equal(monitor.states().get(targetKey(one))?.state.verdict, 'up');
});

t.test(
  'by default a mirror that hangs is out within 20 s of its first failed probe, in each of its pools',
  async (t) => {
    const { clock, monitor, starts, changes, mirrors } = scene({ random: seededRandom(5) });
    const pools = ['a.example.org', 'b.example.org', 'c.example.org', 'd.example.org'];
    monitor.setTargets(
      pools.map((pool) =>
        targetOf('192.0.2.1', { pool, probes: [httpProbe(), httpProbe({ path: '/' }), tcpProbe()] }),
      ),
    );
    await clock.advance(40_000);
    mirrors.set('192.0.2.1', 'hangs');
    const died = starts.length;
    await clock.advance(120_000);
    const out = changes.filter(({ state }) => state.verdict === 'down');
    t.equal(out.length, pools.length);
    for (const { key, at } of out) {
      const first = starts.slice(died).find((start) => key.includes(start.key));
      t.ok(at - (first?.at ?? 0) <= 20_000, `${at - (first?.at ?? 0)} ms`);
    }
    monitor.close();
  },
);

t.test('by default one that refuses is out within 10 s, and one lost answer does nothing', async (t) => {
  const { clock, monitor, starts, changes, mirrors, of } = scene();
  monitor.setTargets([one]);
  await clock.advance(10_000);
  mirrors.set('192.0.2.1', 'hangs');
  await clock.advance(26_000);
  mirrors.set('192.0.2.1', good);
  await clock.advance(40_000);
  t.equal(changes.length, 1, 'one failure, and it was up all the time');
  t.match(of(one).state, { verdict: 'up', streak: 0 });
  mirrors.set('192.0.2.1', bad);
  const before = starts.length;
  await clock.advance(40_000);
  t.match(changes.at(-1), { state: { verdict: 'down' } });
  t.ok((changes.at(-1)?.at ?? 0) - (starts[before]?.at ?? 0) <= 10_000);
  monitor.close();
});

t.test('a thousand addresses are an even trickle', async (t) => {
  const { clock, monitor, starts } = scene({ random: seededRandom(11) });
  const interval = 10_000;
  const addresses = Array.from({ length: 1000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
  monitor.setTargets(addresses.map((address) => targetOf(address, { probe: httpProbe({ interval }) })));
  await clock.advance(40_000);
  const tenths = Array.from({ length: 100 }, () => 0);
  for (const { at } of starts) {
    const tenth = Math.floor((at - 30_000) / 100);
    if (at >= 30_000 && at < 40_000) tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  t.equal(
    tenths.reduce((sum, count) => sum + count, 0),
    1000,
  );
  t.ok(Math.max(...tenths) <= 30, `at most ${Math.max(...tenths)} of 1000 in a tenth of a second`);
  monitor.close();
});
