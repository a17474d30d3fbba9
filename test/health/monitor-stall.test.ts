/** The stall rule with real time and real sockets: this process stands still over the deadline of a probe. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { createMonitor } from '../../src/health/monitor.js';
import type { VerdictChange } from '../../src/health/watched-targets.js';
import { systemClock } from '../../src/platform/clock.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver } from '../../src/probe/resolve.js';
import { createRecordingLog } from './recording-log.js';
import { httpProbe, targetOf } from './targets.js';

/** A mirror that answers its first request when told, and all others at once. */
const MIRROR = `
  let held;
  process.on('message', () => held.end());
  const server = require('node:http').createServer((request, response) => {
    if (held !== undefined) return response.end();
    held = response;
    process.send('asked');
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
`;

t.test('a mirror whose answer came while this process stood still is not condemned', async (t) => {
  const mirror = spawn(process.execPath, ['-e', MIRROR], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {},
  });
  t.teardown(() => mirror.kill('SIGKILL'));
  const [port] = await once(mirror, 'message');
  const log = createRecordingLog();
  const run = createProbeRun({ clock: systemClock, version: '1.2.3', resolver: createResolver() });

  const changed = new Promise<readonly VerdictChange[]>((resolve) => {
    const probe = httpProbe({ port, fall: 1, interval: 60_000, fastInterval: 50, timeout: 500 });
    const monitor = createMonitor({
      clock: systemClock,
      random: () => 0,
      log,
      run,
      stored: new Map(),
      onChange: resolve,
    });
    t.teardown(() => monitor.close());
    mirror.once('message', () => {
      mirror.send('answer');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
    });
    monitor.setTargets([targetOf('127.0.0.1', { probe })]);
  });
  t.match(await changed, [{ before: 'unknown', state: { verdict: 'up' } }]);
  t.same(log.events(), ['probe-stall-discarded', 'verdict-changed']);
});
