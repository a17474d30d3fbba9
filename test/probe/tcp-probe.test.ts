import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver } from '../../src/probe/resolve.js';
import type { Probe } from '../../src/zone/probe-forms.js';
import { checkOf, httpProbe, tcpProbe } from '../health/targets.js';
import { closed, serveTcp } from './servers.js';

const run = createProbeRun({ clock: systemClock, version: '1.2.3', resolver: createResolver() });

/** Long enough never to end a probe that gets its answer. */
const PATIENT = { timeout: 20_000 };
/** For those that have to run into it. */
const BRIEF = { timeout: 150 };

function ask(probe: Probe) {
  return run(checkOf('127.0.0.1', probe), new AbortController().signal);
}

t.test('accepted is good', async (t) => {
  const { port, sockets } = await serveTcp(t, (socket) => socket.resume());
  t.match(await ask(tcpProbe({ port, ...PATIENT })), { ok: true, ms: Number });
  await closed(sockets[0]);
  t.pass('and it hangs up');
});

t.test('a full backlog is a timeout while connecting', async (t) => {
  // The system takes no connection for a listener whose backlog is full, which looks like a host that is gone.
  const child = execFile(process.execPath, [
    '-e',
    `const server = require('net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       require('fs').writeSync(1, String(server.address().port));
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
  ]);
  const fillers: Socket[] = [];
  t.teardown(() => {
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
  });
  if (child.stdout === null) throw new Error('no stdout');
  const [text] = await once(child.stdout, 'data');
  const port = Number(text);
  for (let i = 0; i < 2; i++) {
    const filler = connect(port, '127.0.0.1');
    filler.on('error', () => undefined);
    fillers.push(filler);
    await once(filler, 'connect');
  }
  t.match(await ask(tcpProbe({ port, ...BRIEF })), {
    ok: false,
    error: 'no answer within 150ms (connecting)',
    fault: 'unclear',
  });
  t.match(await ask(httpProbe({ port, ...BRIEF })), {
    ok: false,
    error: 'no answer within 150ms (connecting)',
  });
});
