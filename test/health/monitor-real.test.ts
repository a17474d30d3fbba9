/** The defaults, by a clock that the test moves, over real sockets. */
import t from 'tap';
import { createMonitor } from '../../src/health/monitor.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver } from '../../src/probe/resolve.js';
import type { Target } from '../../src/probe/target.js';
import { createFakeClock } from '../fake-clock.js';
import { serveNames } from '../probe/dns-server.js';
import { refusedPort, serveHttp, serveTcp } from '../probe/servers.js';
import { createRecordingLog } from './recording-log.js';
import { httpProbe, targetOf } from './targets.js';

function scene(target: Target, resolver = createResolver()) {
  const clock = createFakeClock();
  let outcomes = 0;
  const run = createProbeRun({ clock, version: '1.2.3', resolver });
  const monitor = createMonitor({
    clock,
    random: () => 0,
    log: createRecordingLog(),
    run: (check, signal) => run(check, signal).finally(() => outcomes++),
    stored: new Map(),
    onChange: () => undefined,
  });
  monitor.setTargets([target]);
  return { clock, monitor, outcomes: () => outcomes };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

t.test('one that hangs is out 15 s after its first failed probe began', async (t) => {
  const { port, sockets } = await serveTcp(t, (socket) => socket.resume());
  const { clock, monitor, outcomes } = scene(targetOf('127.0.0.1', { probe: httpProbe({ port }) }));
  const begin = clock.monotonic();
  for (let failures = 0; failures < 3; failures++) {
    await clock.advance(0);
    while (sockets.length <= failures) await turn();
    t.notSame([...monitor.states().values()][0]?.state.verdict, 'down');
    await clock.advance(5000);
    while (outcomes() <= failures) await turn();
  }
  await turn();
  t.match(
    [...monitor.states().values()],
    [{ state: { verdict: 'down', cause: 'no answer within 5s (waiting for the answer)' } }],
  );
  t.equal(clock.monotonic() - begin, 15_000);
  monitor.close();
});

t.test('one that refuses is out 4 s after it', async (t) => {
  const port = await refusedPort();
  const { clock, monitor, outcomes } = scene(targetOf('127.0.0.1', { probe: httpProbe({ port }) }));
  const begin = clock.monotonic();
  for (let failures = 0; failures < 3; failures++) {
    await clock.advance(failures === 0 ? 0 : 2000);
    while (outcomes() <= failures) await turn();
    await turn();
  }
  t.match([...monitor.states().values()], [{ state: { verdict: 'down', cause: 'connection refused' } }]);
  t.equal(clock.monotonic() - begin, 4000);
  monitor.close();
});

t.test('one that redirects to a name that nobody can look up is out as well', async (t) => {
  const { port } = await serveHttp(t, (_, response) =>
    response.writeHead(302, { location: 'http://broken.example/' }).end(),
  );
  const servers = [await serveNames(t, new Map([['broken.example', 'fails']]))];
  const target = targetOf('127.0.0.1', { probe: httpProbe({ port, redirects: 'same-mirror' }) });
  const { clock, monitor, outcomes } = scene(target, createResolver({ servers }));
  for (let failures = 0; failures < 3; failures++) {
    await clock.advance(failures === 0 ? 0 : 2000);
    while (outcomes() <= failures) await turn();
    await turn();
  }
  t.match(
    [...monitor.states().values()],
    [{ state: { verdict: 'down', cause: /broken\.example can't be looked up \(SERVFAIL\)$/ } }],
  );
  monitor.close();
});
