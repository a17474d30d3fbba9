/** A real webhook. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import t from 'tap';
import { postMessage } from '../../src/notify/webhook.js';
import { hook, lookUp, message } from './hook.js';

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
