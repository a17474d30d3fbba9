/** Real rsync daemons, and what only looks like one. */
import t from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver } from '../../src/probe/resolve.js';
import type { Step } from '../../src/probe/trace.js';
import { checkOf } from '../health/targets.js';
import { lacking, serveRsync } from './daemons.js';
import { closed, refusedPort, serveTcp } from './servers.js';

const run = createProbeRun({ clock: systemClock, version: '1.2.3', resolver: createResolver() });
const never = new AbortController().signal;
const TIMING = { interval: 30_000, fastInterval: 2000, fall: 3, rise: 2 };

function ask(port: number, module?: string, { timeout = 20_000, steps = [] as Step[] } = {}) {
  const probe = { type: 'rsync' as const, port, ...(module !== undefined && { module }), ...TIMING, timeout };
  return run(checkOf('127.0.0.1', probe), never, steps);
}

t.test('a daemon from Debian', { skip: lacking('rsync') }, async (t) => {
  const port = await serveRsync(t, t.testdir(), ['tails', 'a module with a long name', 'debian-cd']);
  for (const module of ['tails', 'debian-cd', 'a module with a long name']) {
    t.match(await ask(port, module), { ok: true }, module);
  }
  t.match(await ask(port), { ok: true }, 'a greeting will do where no module is named');
  for (const module of ['tail', 'hidden', 'not-a-module', 'Welcome.']) {
    t.match(await ask(port, module), {
      ok: false,
      error: `the rsync daemon does not list the module ${module}`,
    });
  }
  const steps: Step[] = [];
  await ask(port, 'tails', { steps });
  t.match(steps, [
    { step: 'connect' },
    { step: 'greeting', detail: /^rsync daemon, protocol \d+/ },
    { step: 'modules', detail: '3 listed' },
    { step: 'compare', detail: /^expected module tails among tails, a module/ },
  ]);
});

t.test('what is not a daemon, or not a good one', async (t) => {
  const table: readonly (readonly [string, string, RegExp])[] = [
    ['another greeting', '220 ftp.example.org ready\r\n', /^no greeting of an rsync daemon$/],
    ['an HTTP server', 'HTTP/1.1 400 Bad Request\r\n\r\n', /^no greeting/],
    ['a greeting without a version', '@RSYNCD: hello\n', /^no greeting/],
    [
      'a refusal',
      '@RSYNCD: 31.0\n@ERROR: max connections (2) reached\u001b[0m\n',
      /refuses: max connections \(2\) reached\?\[0m$/,
    ],
    ['no end', `@RSYNCD: 31.0\n${'x\ty\n'.repeat(70_000)}`, /^its list of modules has no end$/],
  ];
  for (const [name, text, error] of table) {
    const { port, sockets } = await serveTcp(t, (socket) => socket.resume().write(text));
    const outcome = await ask(port, 'tails');
    t.match(outcome, { ok: false, error }, name);
    t.notOk('fault' in outcome);
    await closed(sockets[0]);
  }
});

t.test('one that says nothing, hangs up, or is gone', async (t) => {
  const silent = await serveTcp(t, (socket) => socket.resume());
  t.match(await ask(silent.port, 'tails', { timeout: 150 }), {
    error: 'no answer within 150ms (waiting for the greeting)',
    fault: 'unclear',
  });
  const halfway = await serveTcp(t, (socket) => socket.write('@RSYNCD: 31.0\n'));
  t.match(await ask(halfway.port, 'tails', { timeout: 150 }), {
    error: 'no answer within 150ms (reading the modules)',
  });
  const closing = await serveTcp(t, (socket) => socket.end());
  t.match(await ask(closing.port, 'tails'), {
    error: 'connection closed without an answer',
    fault: 'unclear',
  });
  const breaking = await serveTcp(t, (socket) => socket.end('@RSYNCD: 31.0\ntails\tall\n'));
  t.match(await ask(breaking.port, 'tails'), {
    error: /in the middle of the list|connection reset/,
    fault: 'unclear',
  });
  t.match(await ask(await refusedPort(), 'tails'), { error: 'connection refused' });
});
