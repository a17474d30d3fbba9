/** A real webhook and a real command. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Address } from '../../src/ip/address.js';
import { runCommand } from '../../src/notify/command.js';
import { messageOf } from '../../src/notify/notice.js';
import { testChannels } from '../../src/notify/notifier.js';
import { postMessage } from '../../src/notify/webhook.js';
import { addressOf } from '../health/targets.js';

const message = messageOf(
  [
    {
      event: 'down',
      at: '2026-01-01T00:00:00.000Z',
      text: 'aurora is down: connection refused',
      mirror: 'aurora',
    },
  ],
  0,
  { version: '1.2.3', host: 'here' },
);

const lookUp = async (name: string): Promise<Address[]> => {
  if (name !== 'chat.example') throw new Error(`no such name: ${name}`);
  return [addressOf('::1'), addressOf('127.0.0.1')];
};

/** A server that answers with these statuses in turn; gives its port, and what it was sent. */
async function hook(t: Test, ...statuses: number[]) {
  const posts: { method?: string; url?: string; type?: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      posts.push({ method, url, type: headers['content-type'] ?? '', body: JSON.parse(text) });
      response.writeHead(statuses.shift() ?? 200, { location: '/elsewhere' }).end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return { posts, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

t.test('a webhook gets the message as JSON', async (t) => {
  const { port, posts } = await hook(t);
  await postMessage(`http://127.0.0.1:${port}/hooks/secret?x=1`, message, lookUp);
  t.same(posts, [{ method: 'POST', url: '/hooks/secret?x=1', type: 'application/json', body: message }]);
});

t.test('whatever is not 2xx has failed, and the error keeps the secret', async (t) => {
  const { port, posts } = await hook(t, 500, 302);
  const url = `http://127.0.0.1:${port}/hooks/secret`;
  for (const status of [500, 302]) {
    await t.rejects(postMessage(url, message, lookUp), { message: `127.0.0.1:${port} answered ${status}` });
  }
  t.equal(posts.length, 2, 'no redirect is followed');
  await t.rejects(postMessage('http://127.0.0.1:1/hooks/secret', message, lookUp), {
    message: '127.0.0.1:1: ECONNREFUSED',
  });
});

t.test('one answer is enough, however it goes on', async (t) => {
  const gone: Promise<unknown>[] = [];
  const server = createServer((_, response) => {
    gone.push(once(response, 'close'));
    response.writeHead(200).write('endless');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await postMessage(`http://127.0.0.1:${port}/`, message, lookUp);
  t.equal(gone.length, 1);
  await Promise.all(gone);
});

t.test('its host is looked up as it is told to, and asked at the first address that answers', async (t) => {
  const { port, posts } = await hook(t);
  await postMessage(`http://chat.example:${port}/`, message, lookUp);
  t.equal(posts.length, 1);
  await t.rejects(postMessage(`http://gone.example:${port}/`, message, lookUp), {
    message: `gone.example:${port}: no such name: gone.example`,
  });
});

t.test('a command gets it on its standard input and in its environment', async (t) => {
  const directory = t.testdir({});
  const out = join(directory, 'out');
  await runCommand(
    [
      '/bin/sh',
      '-c',
      'cat > "$0"; printf "%s|%s|%s" "$GEOPOOL_EVENT" "$GEOPOOL_EVENTS" "$GEOPOOL_TEXT" > "$0.env"',
      out,
    ],
    message,
  );
  t.same(JSON.parse(readFileSync(out, 'utf8')), message);
  t.equal(readFileSync(`${out}.env`, 'utf8'), 'down|1|geopool on here: aurora is down: connection refused');
});

t.test('a command that fails, hangs, or is not there', async (t) => {
  await t.rejects(runCommand(['/bin/sh', '-c', 'echo first >&2; echo no pager >&2; exit 3'], message), {
    message: '/bin/sh ended with 3: no pager',
  });
  await t.rejects(runCommand(['/bin/sleep', '60'], message, 50), {
    message: '/bin/sleep took longer than 0.05 s',
  });
  await t.rejects(runCommand(['/nonexistent'], message), {
    message: /^\/nonexistent can't be started: .*ENOENT/,
  });
  await runCommand(['/bin/true'], message);
  t.pass('one that reads nothing is fine');
});

t.test('a test goes over each channel', async (t) => {
  const { port, posts } = await hook(t);
  const results = await testChannels(
    { webhook: `http://127.0.0.1:${port}/`, exec: ['/bin/false'], every: 0 },
    '1.2.3',
    0,
    lookUp,
  );
  t.same(results, [
    { channel: 'webhook', ok: true },
    { channel: 'exec', ok: false, reason: '/bin/false ended with 1' },
  ]);
  t.match(posts, [{ body: { events: [{ event: 'test' }] } }]);
  t.same(await testChannels({ every: 0 }, '1.2.3', 0, lookUp), []);
});
