import { networkInterfaces } from 'node:os';
import t from 'tap';
import { expandWildcards, formatEndpoint, hasIPv6, isWildcard } from '../../src/server/endpoint.js';

t.test('as people write them', async (t) => {
  t.equal(formatEndpoint({ host: '192.0.2.1', port: 53 }), '192.0.2.1:53');
  t.equal(formatEndpoint({ host: '::1', port: 0 }), '[::1]:0');
});

t.test('a wildcard is all addresses of this host but link-local ones, each once', async (t) => {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const of = (family: string): string[] =>
    own
      .filter((entry) => entry.family === family && !/^fe80:/.test(entry.address))
      .map(({ address }) => address);
  const expanded = (...hosts: string[]): string[] =>
    expandWildcards(hosts.map((host) => ({ host, port: 7 }))).map(({ host, port }) => `${host} ${port}`);
  const four = [...new Set(of('IPv4'))].map((host) => `${host} 7`);
  t.ok(four.includes('127.0.0.1 7'));
  t.same(expanded('0.0.0.0'), four);
  t.same(expanded('127.0.0.1', '0.0.0.0'), ['127.0.0.1 7', ...four.filter((text) => text !== '127.0.0.1 7')]);
  t.same(
    expanded('::'),
    [...new Set(of('IPv6'))].map((host) => `${host} 7`),
  );
  t.same(expanded('192.0.2.1'), ['192.0.2.1 7'], 'whether this host has it or not');
  t.equal(
    hasIPv6(),
    own.some(({ family }) => family === 'IPv6'),
  );
});

t.test('what is a wildcard', async (t) => {
  const hosts = ['0.0.0.0', '::', '127.0.0.1', '::1'];
  t.same(
    hosts.filter((host) => isWildcard({ host, port: 53 })),
    ['0.0.0.0', '::'],
  );
});
