import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createResolver, readHosts } from '../../src/health/resolve.js';
import { type Hosts, serveNames } from './dns-server.js';

t.test('addresses of both families, with the time that they hold', async (t) => {
  const hosts: Hosts = new Map<string, readonly string[] | 'fails'>([
    ['aurora.example.net', ['192.0.2.1', '192.0.2.2', '2001:db8::1']],
    ['v4.example.net', ['192.0.2.3']],
    ['broken.example.net', 'fails'],
  ]);
  const resolve = createResolver({ servers: [await serveNames(t, hosts, 30)] });
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
  const resolve = createResolver({ servers: [server], timeout: 50 });
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
  const local = createResolver({ hosts });
  t.match(await local('aurora.example.net', 'ipv4'), { addresses: [{ text: '127.0.0.7' }] });
  t.match(await local('aurora.example.net', 'ipv6'), { addresses: [{ text: '::7' }] });
  const given = createResolver({ hosts, servers: [await serveNames(t, new Map())] });
  t.match(await given('aurora.example.net', 'ipv4'), { missing: true });
  t.same(
    readHosts(text, 'aurora').map((address) => address.text),
    ['127.0.0.7'],
  );
});
