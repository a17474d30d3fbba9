/** All that judges, brought together: a fall reaches everybody who asks to know, and the next process. */
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { type HealthServiceOptions, openHealthService } from '../../src/daemon/health-service.js';
import { openSignals } from '../../src/daemon/signals.js';
import { indexTargets } from '../../src/daemon/target-index.js';
import { createWorldShares } from '../../src/daemon/world-shares.js';
import { createJointVerdicts } from '../../src/fleet/joint-verdicts.js';
import { seededRandom } from '../../src/platform/random.js';
import { createResolver } from '../../src/probe/resolve.js';
import { targetKey } from '../../src/probe/target.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { until } from '../e2e/program.js';
import { createFakeClock, type FakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { hook } from '../notify/hook.js';
import { refusedPort, serveTcp } from '../probe/servers.js';
import { makeWorld } from './made-world.js';

const zone = (port: number, more = ''): string => `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { probe: { type: tcp, port: ${port}, fall: 1 } } }
mirrors: { a: { addresses: [127.0.0.1] }, b: { addresses: [127.0.0.2], probe: { type: none } } }
${more}`;

async function opened(directory: string, clock: FakeClock, more: Partial<HealthServiceOptions>) {
  const log = createRecordingLog();
  const signals = openSignals();
  const resolver = createResolver();
  const service = await openHealthService({
    files: createStateFiles({ directory, clock, log }),
    clock,
    random: seededRandom(1),
    log,
    notify: { every: 0 },
    shares: createWorldShares(),
    resolver,
    resolveOwn: resolver.resolve,
    signals,
    ...more,
  });
  return { service, signals, log };
}

async function scene(t: Test) {
  const directory = t.testdir();
  const clock = createFakeClock();
  return { clock, open: (more: Partial<HealthServiceOptions> = {}) => opened(directory, clock, more) };
}

t.test('a fall is signalled, remembered, and known to the next process', async (t) => {
  const { clock, open } = await scene(t);
  const index = indexTargets(makeWorld([zone(await refusedPort())]));
  const [first] = index.targets;
  if (first === undefined) throw new Error('it is probed');
  const one = await open();
  one.service.setTargets(index);
  const turned = once(one.signals, 'verdictsChanged');
  await clock.advance(30_000);
  const [keys] = await turned;
  t.same(keys, [targetKey(first)]);
  const { state } = one.service.snapshot().states.get(targetKey(first)) ?? {};
  t.match(state, { verdict: 'down', cause: /refused/ });
  const [past] = one.service.history.history.pasts(one.service.history.now());
  t.match(past, { subject: { mirror: 'a' }, state: 'down' });
  await one.service.close();
  t.equal(clock.waiting(), 0, 'nothing goes on after the end');

  const two = await open();
  two.service.setTargets(index);
  t.equal(two.service.snapshot().states.get(targetKey(first))?.state.verdict, 'down');
  await two.service.close();
});

t.test('for people, moments are those of the wall clock as it is now', async (t) => {
  const { clock, open } = await scene(t);
  const { service } = await open();
  const index = indexTargets(makeWorld([zone(1)]));
  service.setTargets(index);
  const since = (): number[] =>
    index.targets.map((target) => service.wallSnapshot().states.get(targetKey(target))?.state.since ?? 0);
  const before = since();
  clock.jump(3_600_000);
  service.clockSet();
  t.same(
    since(),
    before.map((moment) => moment + 3_600_000),
  );
  await service.close();
});

t.test(
  'overrides of files hold as long as their world, those that were said outlive the process',
  async (t) => {
    const { open } = await scene(t);
    const one = await open();
    let restated = 0;
    one.signals.on('overridesChanged', () => restated++);
    const stating = zone(1, 'overrides: [{ mirrors: [b], reason: by file }]');
    one.service.setTargets(indexTargets(makeWorld([stating])));
    t.match(one.service.overrides.of('dl.example.org', 'b'), { reason: 'by file' });
    one.service.setTargets(indexTargets(makeWorld([zone(1)])));
    t.equal(one.service.overrides.of('dl.example.org', 'b'), undefined);
    t.equal(restated, 2);
    one.service.overrides.add({ zone: 'dl.example.org', mirror: 'a', reason: 'disk', since: 0 });
    await one.service.saveOverrides();
    await one.service.close();
    const two = await open();
    t.match(two.service.overrides.of('dl.example.org', 'a'), { reason: 'disk' });
    await two.service.close();
  },
);

t.test('a mirror whose only failing probe is taken out of its file is up, and that is told', async (t) => {
  const { clock, open } = await scene(t);
  const { port, posts } = await hook(t);
  const { service } = await open({ notify: { every: 0, webhook: `http://127.0.0.1:${port}/` } });
  const [good, bad] = [await serveTcp(t, (socket) => socket.resume()), await refusedPort()];
  const probed = (...ports: number[]) =>
    indexTargets(
      makeWorld([
        `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { probes: [${ports.map((port) => `{ type: tcp, port: ${port}, fall: 1 }`).join(', ')}] } }
mirrors: { a: { addresses: [127.0.0.1] } }`,
      ]),
    );
  const first = probed(good.port, bad);
  const key = first.targets.map(targetKey).join();
  service.setTargets(first);
  await clock.advance(30_000);
  await until(() => {
    const checks = service.snapshot().states.get(key)?.checks ?? [];
    return checks.map(({ state }) => state.verdict).join() === 'up,down' ? checks : undefined;
  }, 'both verdicts');
  await clock.advance(1000);
  await until(() => posts.at(0), 'the fall');
  service.setTargets(probed(good.port));
  const [past] = service.history.history.pasts(service.history.now());
  t.match(past, { state: 'up' });
  t.match(past?.transitions.at(-1), { from: 'down', to: 'up' });
  await clock.advance(1000);
  await until(() => posts.at(1), 'the return');
  t.match(posts, [{ body: { events: [{ event: 'down' }] } }, { body: { events: [{ event: 'up' }] } }]);
  await service.close();
});

t.test('while a last message is sent, no news comes that nobody would hear of', async (t) => {
  const { clock, open } = await scene(t);
  // Takes the message, and never answers.
  const silent = await serveTcp(t, (socket) => socket.resume());
  const { service, signals } = await open({
    notify: { every: 0, webhook: `http://127.0.0.1:${silent.port}/` },
  });
  const before = clock.waiting();
  service.setTargets(indexTargets(makeWorld([zone(1)])));
  signals.emit('databaseHeld', 'a database is held');
  await clock.advance(1000);
  const closing = service.close();
  t.ok(clock.waiting() < before, 'no probe waits any more');
  await clock.advance(1000);
  await closing;
});

t.test('what a fleet says after the end is for the next process', async (t) => {
  const { clock, open } = await scene(t);
  const index = indexTargets(makeWorld([zone(1)]));
  const key = 'dl.example.org dl.example.org 127.0.0.1';
  const says = { verdicts: [{ key, verdict: 'down' as const, since: 0, probed: 0 }], joint: [] };
  for (const ended of [true, false]) {
    const joint = createJointVerdicts(['a', 'b', 'c'], 'c');
    const { service } = await open({ joint });
    service.setTargets(index);
    if (ended) await service.close();
    const keys = new Set([...joint.hear('a', says), ...joint.hear('b', says)]);
    t.equal(service.joint?.heard(keys).length, ended ? 0 : 1);
    t.equal(joint.of(key)?.verdict, ended ? undefined : 'down');
    if (!ended) await service.close();
    await service.history.settled();
    t.equal(clock.waiting(), 0);
  }
});
