/** Sockets of the C library: bound, or taken over from an earlier process. If that fails, nothing is left open. */
import { closeSync, openSync, readdirSync } from 'node:fs';
import t from 'tap';
import { LINUX, loadLibc } from '../../src/platform/libc.js';
import { adoptSocket, bindSocket, getOption, isPresent } from '../../src/server/bound-socket.js';

const libc = await loadLibc();
const LOOPBACK = { host: '127.0.0.1', port: 0 };
const nothing = (): void => undefined;
const open = (): number => readdirSync('/proc/self/fd').length;

if ('unavailable' in libc) t.pass(`skipped: ${libc.unavailable}`, { skip: libc.unavailable });
else {
  t.test('a free port is found, and the address is this host’s', async (t) => {
    const socket = bindSocket(libc, 'udp', LOOPBACK, nothing);
    t.teardown(() => libc.close(socket.fd));
    t.match(socket, { ipv6: false, wildcard: false, present: true, from: undefined });
    t.ok(socket.endpoint.port > 0);
    t.equal(getOption(libc, socket.fd, LINUX.SO_TYPE), LINUX.SOCK_DGRAM);
    const all = bindSocket(libc, 'tcp', { host: '::', port: 0 }, nothing);
    t.teardown(() => libc.close(all.fd));
    t.match(all, { ipv6: true, wildcard: true });
    t.equal(getOption(libc, all.fd, LINUX.SO_TYPE), LINUX.SOCK_STREAM);
  });

  t.test('an address that this host does not have yet is bound all the same, and it is known', async (t) => {
    const socket = bindSocket(libc, 'udp', { host: '192.0.2.1', port: 0 }, nothing);
    t.teardown(() => libc.close(socket.fd));
    t.equal(socket.present, false);
    t.equal(isPresent(libc, { host: '192.0.2.1', port: 53 }), false);
    t.equal(isPresent(libc, { host: '127.0.0.1', port: 53 }), true, 'whoever has the port');
    const lacking = { ...libc, socket: () => -1, errno: () => 24 };
    t.equal(isPresent(lacking, LOOPBACK), false, 'workers that have begun must not be left for it');
  });

  t.test('what can’t be is said by the system’s word, and leaves nothing open', async (t) => {
    const first = bindSocket(libc, 'udp', LOOPBACK, nothing);
    t.teardown(() => libc.close(first.fd));
    const before = open();
    t.throws(() => bindSocket(libc, 'udp', first.endpoint, nothing), {
      code: 'EADDRINUSE',
      protocol: 'udp',
      endpoint: first.endpoint,
    });
    // ENOPROTOOPT, which is not among those that have a name here.
    t.throws(() => bindSocket(libc, 'udp', LOOPBACK, (set) => set(LINUX.SOL_SOCKET, 9999, 1)), {
      code: 'errno 92',
    });
    t.throws(() => bindSocket(libc, 'tcp', { host: 'localhost', port: 0 }, nothing), {
      code: 'EADDRNOTAVAIL',
    });
    t.equal(open(), before);
  });

  t.test('UDP that is taken over blocks; TCP stays as the thread that listens on it needs it', async (t) => {
    const blocks = { udp: true, tcp: false };
    for (const protocol of ['udp', 'tcp'] as const) {
      const made = bindSocket(libc, protocol, LOOPBACK, nothing);
      t.teardown(() => libc.close(made.fd));
      libc.fcntl(made.fd, LINUX.F_SETFL, LINUX.O_NONBLOCK);
      const adopted = adoptSocket(libc, protocol, made.endpoint, { name: 'one', fd: made.fd }, nothing);
      if (adopted !== undefined) libc.close(adopted.fd);
      const flags = libc.fcntl(made.fd, LINUX.F_GETFL, 0);
      t.equal((flags & LINUX.O_NONBLOCK) === 0, blocks[protocol], protocol);
    }
  });

  t.test('a descriptor is taken over for what it is bound to, as a duplicate', async (t) => {
    const made = bindSocket(libc, 'udp', LOOPBACK, nothing);
    const from = { name: 'udp-1', fd: made.fd };
    t.teardown(() => libc.close(made.fd));
    const adopted = adoptSocket(libc, 'udp', made.endpoint, from, nothing);
    t.match(adopted, { endpoint: made.endpoint, ipv6: false, wildcard: false, present: true, from });
    t.not(adopted?.fd, made.fd);
    if (adopted !== undefined) libc.close(adopted.fd);
    const before = open();
    const { host, port } = made.endpoint;
    const others = [
      ['tcp', made.endpoint],
      ['udp', { host, port: port === 1 ? 2 : port - 1 }],
      ['udp', { host: '127.0.0.2', port }],
      ['udp', { host: '::1', port }],
    ] as const;
    for (const [protocol, endpoint] of others) {
      t.equal(
        adoptSocket(libc, protocol, endpoint, from, nothing),
        undefined,
        `${protocol} ${endpoint.host}`,
      );
    }
    const file = openSync('/dev/null', 'r');
    t.equal(adoptSocket(libc, 'udp', made.endpoint, { name: 'x', fd: file }, nothing), undefined);
    closeSync(file);
    t.equal(open(), before);
  });
}
