/** The history of the mirrors: over the control socket, and from the state directory when the server is gone. */
import t from 'tap';
import type { TransitionReport } from '../../src/control/history-report.js';
import { startMirror } from './mirrors.js';
import { until } from './program.js';
import { startServer } from './server.js';

t.test('what became of a mirror, with and without the server', async (t) => {
  const mirror = await startMirror(t, '127.0.0.51');
  const other = await startMirror(t, '127.0.0.52');
  const server = await startServer(t, {
    zones: {
      'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { interval: 200ms, fast_interval: 20ms, timeout: 200ms } } }
mirrors:
  aurora: { addresses: [127.0.0.51], probe: { port: ${mirror.port} } }
  boreas: { addresses: [127.0.0.52], probe: { port: ${other.port} } }
`,
    },
  });
  const transitions = async (): Promise<TransitionReport[]> => {
    const { code, stdout, stderr } = await server.run('history', 'aurora', '--json', '--state', 'state');
    t.same([code, stderr], [0, '']);
    return JSON.parse(stdout);
  };
  await until(async () => (await transitions()).find(({ to }) => to === 'up'), 'the transition to up');
  await mirror.become('refuse');
  await until(async () => (await transitions()).find(({ to }) => to === 'down'), 'the transition to down');
  const [first, second] = await transitions();
  t.match(first, { mirror: 'aurora', address: '127.0.0.51', from: 'unknown', to: 'up', cause: '' });
  t.match(second, { from: 'up', to: 'down', cause: /^503 /, pool: 'dl.example.org' });
  t.ok(Date.parse(second?.at ?? '') > Date.parse(first?.at ?? ''));

  t.equal(
    (await server.run('disable', 'boreas', '--force', '--reason', 'new disks', '--by', 'alice')).code,
    0,
  );
  const ofBoreas = async () => JSON.parse((await server.run('history', 'boreas', '--json')).stdout);
  t.match((await ofBoreas()).at(-1), {
    mirror: 'boreas',
    address: '127.0.0.52',
    from: 'up',
    to: 'disabled',
    cause: 'override by alice: new disks',
  });
  t.equal((await server.run('enable', 'boreas')).code, 0);
  t.match((await ofBoreas()).at(-1), {
    from: 'disabled',
    to: 'up',
    cause: 'override by alice was taken back: new disks',
  });

  const before = await transitions();
  await server.stop('SIGKILL');
  t.same(await transitions(), before, 'the same from the state directory of a server that was killed');
  const summary = await server.run('history', '--json', '--summary', '--state', 'state');
  t.match(JSON.parse(summary.stdout), {
    addresses: [
      { mirror: 'aurora', state: 'down', watched: false },
      { mirror: 'boreas', state: 'up', availability: { 1: 1, 180: 1 } },
    ],
  });
  const text = await server.run('history', '--state', 'state');
  t.match(text.stdout, /aurora +127\.0\.0\.51 +dl\.example\.org +up +down +503 /);

  const nowhere = await server.run('history', '--state', 'elsewhere');
  t.equal(nowhere.code, 3);
  t.match(nowhere.stderr, /elsewhere holds no history/);
  const nobody = await server.run('history', 'zephyr', '--state', 'state');
  t.equal(nobody.code, 1);
});
