/** Notifications to people: a real webhook and a real command, from a server whose mirror dies. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import type { Message } from '../../src/notify/notice.js';
import { startMirror } from './mirrors.js';
import { until } from './program.js';
import { makeHome, startServer } from './server.js';

t.test('a webhook and a command hear of a mirror that dies', async (t) => {
  const [mirror, other] = await Promise.all(
    ['127.0.0.71', '127.0.0.72'].map((address) => startMirror(t, address)),
  );
  if (mirror === undefined || other === undefined) return;
  const heard: Message[] = [];
  const hook = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      heard.push(JSON.parse(text));
      response.end();
    });
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  t.teardown(() => hook.close());
  const address = hook.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const home = await makeHome(t, {
    zones: {
      'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { interval: 200ms, fast_interval: 20ms, timeout: 200ms } } }
mirrors:
  aurora: { addresses: [127.0.0.71], probe: { port: ${mirror.port} } }
  boreas: { addresses: [127.0.0.72], probe: { port: ${other.port} } }
`,
    },
    config: `geo: { city: city.mmdb }
notify:
  webhook: http://127.0.0.1:${port}/hooks/secret
  exec: [/bin/sh, -c, 'cat >> told']
  every: 0s
`,
  });
  const alone = await home.run('notify', 'test', '--config', 'geopool.yaml');
  t.match(
    alone,
    { code: 0, stdout: 'webhook: delivered\nexec: delivered\n' },
    'with no server: by the config alone',
  );
  t.match(heard, [{ events: [{ event: 'test' }] }]);

  const server = await startServer(t, { home });
  await server.log.waitFor('verdict-changed', ({ mirror: name, to }) => name === 'aurora' && to === 'up');
  await mirror.become('refuse');
  const message = await until(
    () => heard.find(({ events }) => events.some(({ event }) => event === 'down')),
    'the message that it is down',
  );
  t.match(message, { program: 'geopool', text: /aurora \(127\.0\.0\.71\) of dl\.example\.org is down: 503/ });
  t.match(
    message.events.find(({ event }) => event === 'down'),
    { mirror: 'aurora', zone: 'dl.example.org' },
  );
  await until(async () => {
    const told = await readFile(join(server.dir, 'told'), 'utf8').catch(() => '');
    return told.includes('aurora (127.0.0.71)') ? true : undefined;
  }, 'the command having been told');
  t.match((await server.status()).notifications, [
    { channel: 'webhook', failed: 0, dropped: 0 },
    { channel: 'exec', failed: 0, dropped: 0 },
  ]);

  hook.close();
  hook.closeAllConnections();
  const failed = await server.run('notify', 'test');
  t.match(failed, {
    code: 1,
    stdout: 'exec: delivered\n',
    stderr: /^webhook: failed: 127\.0\.0\.1:\d+: ECONNREFUSED$/m,
  });
  t.notMatch(failed.stderr, 'secret');
  t.match(await server.run('status'), { code: 0 });

  const heardBefore = heard.length;
  await other.become('refuse');
  await server.log.waitFor('notify-failed');
  await server.stop('SIGKILL');
  hook.listen(port, '127.0.0.1');
  await once(hook, 'listening');
  const next = await startServer(t, { home });
  const late = await until(
    () => heard.slice(heardBefore).find(({ text }) => text.includes('boreas (127.0.0.72)')),
    'what the killed server could not tell',
  );
  t.match(
    late.events.find(({ mirror: name }) => name === 'boreas'),
    { event: 'down', cause: /^503/ },
  );
  await next.stop();
  t.notOk(
    [...server.log.lines, ...next.log.lines].some((line) => JSON.stringify(line).includes('secret')),
    'the log keeps the secret',
  );
});
