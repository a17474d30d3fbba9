import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { createResolver, lookUpBy, readHosts } from '../../src/probe/resolve.js';
import { type Hosts, serveNames } from './dns-server.js';

t.test('addresses of both families, with the time that they hold', async (t) => {
  const hosts: Hosts = new Map<string, readonly string[] | 'fails'>([
    ['aurora.example.net', ['192.0.2.1', '192.0.2.2', '2001:db8::1']],
    ['v4.example.net', ['192.0.2.3']],
    ['broken.example.net', 'fails'],
  ]);
  const { resolve } = createResolver({ servers: [await serveNames(t, hosts, 30)] });
  t.match(await resolve('aurora.example.net', 'ipv4'), {
    addresses: [{ text: '192.0.2.1' }, { text: '192.0.2.2' }],
    ttl: 30,
  });
  t.match(await resolve('aurora.example.net', 'ipv6'), { addresses: [{ text: '2001:db8::1' }] });
  t.same(await resolve('v4.example.net', 'ipv6'), { addresses: [] }, 'a family that it lacks is no fault');
  t.same(await resolve('gone.example.net', 'ipv4'), {
    fault: 'no such name: gone.example.net',
    missing: true,
  });
  t.match(await resolve('broken.example.net', 'ipv4'), {
    fault: /can't be looked up \(SERVFAIL\)/,
    missing: false,
  });
});

t.test('a server that says nothing', async (t) => {
  const server = await serveNames(t, new Map([['slow.example.net', 'silent']]));
  const { resolve } = createResolver({ servers: [server], timeout: 50 });
  t.match(await resolve('slow.example.net', 'ipv4'), {
    fault: /its name servers do not answer/,
    missing: false,
  });
});

t.test('the hosts file comes before the servers of the host, and not before given ones', async (t) => {
  const hosts = join(t.testdir(), 'hosts');
  const text =
    '# comment\n127.0.0.7 Aurora.example.net aurora # here\n::7 aurora.example.net\nnot-an-address aurora\n';
  writeFileSync(hosts, text);
  const { resolve: local } = createResolver({ hosts });
  t.match(await local('aurora.example.net', 'ipv4'), { addresses: [{ text: '127.0.0.7' }] });
  t.match(await local('aurora.example.net', 'ipv6'), { addresses: [{ text: '::7' }] });
  const { resolve: given } = createResolver({ hosts, servers: [await serveNames(t, new Map())] });
  t.match(await given('aurora.example.net', 'ipv4'), { missing: true });
  t.same(
    readHosts(text, 'aurora').map((address) => address.text),
    ['127.0.0.7'],
  );
});

t.test('no look-up waits for a thread that is busy with a disk', async (t) => {
  const directory = t.testdir({ hosts: '127.0.0.7 aurora.example.net\n' });
  const pipe = join(directory, 'pipe');
  t.equal(spawnSync('mkfifo', [pipe]).status, 0);
  // Node has four, unless UV_THREADPOOL_SIZE says more: each waits for somebody to write.
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  const stuck = Array.from({ length: threads }, () => open(pipe, 'r'));
  const local = createResolver({ hosts: join(directory, 'hosts') });
  t.match(await local.resolve('aurora.example.net', 'ipv4'), { addresses: [{ text: '127.0.0.7' }] });
  const server = await serveNames(t, new Map([['chat.example', ['192.0.2.4']]]));
  const lookUp = lookUpBy(createResolver({ servers: [server] }).resolve);
  t.match(await lookUp('chat.example', new AbortController().signal), [{ text: '192.0.2.4' }]);
  const writer = openSync(pipe, 'r+');
  for (const handle of await Promise.all(stuck)) await handle.close();
  closeSync(writer);
});
