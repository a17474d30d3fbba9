import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ask } from '../../src/control/client.js';

/** Short: the path of a socket has 107 octets at most. */
async function newPath(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'geopool-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 's');
}

async function answering(t: Test, handle: RequestListener): Promise<string> {
  const path = await newPath(t);
  const server = createHttp(handle);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => server.close());
  return path;
}

t.test('sends the request and gives the answer', async (t) => {
  let seen = '';
  const path = await answering(t, (request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    request.on('end', () => response.end(JSON.stringify({ asked: `${request.method} ${request.url}` })));
  });
  t.same(await ask(path, 'POST', '/disable', { mirror: 'aurora', reason: 'Ünïcode' }), {
    asked: 'POST /disable',
  });
  t.same(JSON.parse(seen), { mirror: 'aurora', reason: 'Ünïcode' });
  t.same(await ask(path, 'GET', '/status'), { asked: 'GET /status' });
});

t.test(
  'a refusal comes with the code that the server gave, as far as it is one of the catalogue',
  async (t) => {
    let error: object = {};
    const path = await answering(t, (_request, response) => {
      response.writeHead(422).end(JSON.stringify({ error }));
    });
    error = { code: 'REQUEST_REFUSED', message: 'no such mirror' };
    await t.rejects(ask(path, 'GET', '/'), {
      code: 'REQUEST_REFUSED',
      message: 'no such mirror',
      exitCode: 1,
    });
    error = { code: 'STATE_UNUSABLE', message: 'disk full', details: ['a', 'b'] };
    await t.rejects(ask(path, 'GET', '/'), { code: 'STATE_UNUSABLE', details: ['a', 'b'] });
    error = { code: 'FROM_THE_FUTURE', message: 'who knows' };
    await t.rejects(ask(path, 'GET', '/'), { code: 'REQUEST_REFUSED', message: 'who knows' });
  },
);

t.test('nobody there', async (t) => {
  const path = await newPath(t);
  await t.rejects(ask(path, 'GET', '/status'), {
    code: 'SERVER_UNREACHABLE',
    exitCode: 3,
    message: /there is no such socket/,
  });
  await t.rejects(ask('package.json', 'GET', '/status'), {
    code: 'SERVER_UNREACHABLE',
    message: /the server is not running/,
  });
});

t.test('somebody else there', async (t) => {
  for (const words of [
    'hello\n',
    'HTTP/1.1 200 OK\r\n\r\nhello',
    'HTTP/1.1 404 x\r\n\r\n{"error":"no"}',
    '',
  ]) {
    await t.test(JSON.stringify(words).slice(0, 12), async (t) => {
      const path = await newPath(t);
      const server = createServer((socket) => socket.on('error', () => undefined).end(words));
      await new Promise<void>((resolve) => server.listen(path, resolve));
      t.teardown(() => server.close());
      await t.rejects(ask(path, 'GET', '/status'), { code: 'SERVER_UNREACHABLE', exitCode: 3 });
    });
  }
});

t.test('the first place where somebody listens is asked, else it says where it looked', async (t) => {
  const path = await answering(t, (_request, response) => response.end('"here"'));
  const refusing = await answering(t, (_request, response) => {
    response.writeHead(422).end(JSON.stringify({ error: { code: 'REQUEST_REFUSED', message: 'no' } }));
  });
  const missing = await newPath(t);
  t.equal(await ask([missing, 'package.json', path], 'GET', '/status'), 'here');
  await t.rejects(ask([refusing, path], 'GET', '/status'), { code: 'REQUEST_REFUSED' }, 'an answer is one');
  await t.rejects(ask([missing, 'package.json'], 'GET', '/status'), {
    code: 'SERVER_UNREACHABLE',
    message: new RegExp(`no server was found .*${missing}: there is no such socket.*; package.json: nobody`),
  });
});
