/** The sockets of a service: all of them or none, on one port for UDP and TCP, each with a name of its own. */
import { readdirSync } from 'node:fs';
import t, { type Test } from 'tap';
import { loadLibc } from '../../src/platform/libc.js';
import { closeSockets, namedSockets, openSockets } from '../../src/server/sockets.js';

const libc = await loadLibc();
const open = (): number => readdirSync('/proc/self/fd').length;

if ('unavailable' in libc) t.pass(`skipped: ${libc.unavailable}`, { skip: libc.unavailable });
else {
  const opened = (t: Test, hosts: readonly string[], count: number) => {
    const sockets = openSockets(
      libc,
      hosts.map((host) => ({ host, port: 0 })),
      count,
      [],
    );
    t.teardown(() => closeSockets(libc, sockets));
    return sockets;
  };

  t.test('UDP and TCP of an endpoint have one port', async (t) => {
    const { endpoints, udp, tcp } = opened(t, ['127.0.0.1', '::1'], 2);
    t.same([endpoints.length, udp.length, tcp.length], [2, 4, 2]);
    t.same(
      tcp.map(({ endpoint }) => endpoint),
      endpoints,
    );
    t.same(
      [...new Set(udp.map(({ endpoint }) => endpoint.port))],
      endpoints.map(({ port }) => port),
    );
  });

  t.test('names that systemd can keep: without a colon, and each once', async (t) => {
    const sockets = opened(t, ['::1'], 2);
    const [{ port } = { port: 0 }] = sockets.endpoints;
    const named = namedSockets(sockets);
    t.same(
      named.map(({ name, made }) => [name, made]),
      [
        [`udp-__1-${port}-0`, true],
        [`udp-__1-${port}-1`, true],
        [`tcp-__1-${port}-0`, true],
      ],
    );
    const again = openSockets(
      libc,
      sockets.endpoints,
      2,
      named.filter(({ name }) => !name.endsWith('-0') || name.startsWith('tcp')),
    );
    t.teardown(() => closeSockets(libc, again));
    t.same(
      namedSockets(again)
        .map(({ name, made }) => [name, made])
        .sort(),
      [
        [`tcp-__1-${port}-0`, false],
        [`udp-__1-${port}-0`, true],
        [`udp-__1-${port}-1`, false],
      ],
      'what is new takes no name that another has',
    );
  });

  t.test('where one can’t be had none is left', async (t) => {
    const { endpoints } = opened(t, ['127.0.0.1'], 1);
    const before = open();
    t.throws(() => openSockets(libc, [{ host: '127.0.0.2', port: 0 }, ...endpoints], 1, []), {
      code: 'EADDRINUSE',
    });
    t.equal(open(), before);
  });
}
