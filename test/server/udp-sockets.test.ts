/** The options of the batched workers' sockets, as the kernel reports them. */
import { fchownSync, readFileSync } from 'node:fs';
import t from 'tap';
import { LINUX, loadLibc } from '../../src/platform/libc.js';
import {
  closeUdpSocket,
  openUdpSockets,
  SEND_BUFFER,
  tellOfSmallBuffers,
} from '../../src/server/udp-sockets.js';
import { createRecordingLog } from '../health/recording-log.js';

const libc = await loadLibc();

if ('unavailable' in libc) t.pass(`skipped: ${libc.unavailable}`, { skip: libc.unavailable });
else {
  const option = (fd: number, level: number, name: number): number => {
    const value = new Uint32Array(1);
    const result = libc.getsockopt(
      fd,
      level,
      name,
      new Uint8Array(value.buffer),
      new Uint8Array(Uint32Array.of(4).buffer),
    );
    return result === 0 ? (value[0] ?? -1) : -1;
  };

  t.test('RFC 9715: answers leave whole', async (t) => {
    const [four] = openUdpSockets(libc, { host: '127.0.0.1', port: 0 }, 1);
    const [six] = openUdpSockets(libc, { host: '::1', port: 0 }, 1);
    if (four === undefined || six === undefined) throw new Error('one socket was asked for');
    t.equal(option(four.fd, LINUX.IPPROTO_IP, LINUX.IP_MTU_DISCOVER), LINUX.PMTUDISC_PROBE);
    t.equal(option(six.fd, LINUX.IPPROTO_IPV6, LINUX.IPV6_MTU_DISCOVER), LINUX.PMTUDISC_PROBE);
    t.equal(option(six.fd, LINUX.IPPROTO_IPV6, LINUX.IPV6_V6ONLY), 1);
    for (const socket of [four, six]) closeUdpSocket(libc, socket);
  });

  t.test('many answers may wait to leave: as many as it may ask for, privileged or not', async (t) => {
    const allowed = Number(readFileSync('/proc/sys/net/core/wmem_max', 'utf8'));
    const unprivileged: typeof libc = {
      ...libc,
      setsockopt: (fd, level, name, value, length) =>
        name === LINUX.SO_SNDBUFFORCE ? -1 : libc.setsockopt(fd, level, name, value, length),
    };
    const [socket] = openUdpSockets(unprivileged, { host: '127.0.0.1', port: 0 }, 1);
    if (socket === undefined) throw new Error('one socket was asked for');
    t.equal(
      socket.sendBuffer,
      2 * Math.min(SEND_BUFFER, allowed),
      'the kernel takes twice what is asked for',
    );
    t.equal(option(socket.fd, LINUX.SOL_SOCKET, LINUX.SO_SNDBUF), socket.sendBuffer);
    closeUdpSocket(libc, socket);
    const log = createRecordingLog();
    tellOfSmallBuffers([{ sendBuffer: 2 * SEND_BUFFER }], log);
    t.same(log.lines, []);
    tellOfSmallBuffers([{ sendBuffer: 2 * SEND_BUFFER }, { sendBuffer: 2 * 212_992 }], log);
    t.match(log.lines, [
      {
        level: 'warn',
        event: 'send-buffer-small',
        octets: 425_984,
        message: /^only 416 KiB .*wmem_max to 4194304/,
      },
    ]);
  });

  t.test('only several share a port', async (t) => {
    for (const count of [1, 3]) {
      const sockets = openUdpSockets(libc, { host: '127.0.0.1', port: 0 }, count);
      t.same(
        sockets.map(({ fd }) => option(fd, LINUX.SOL_SOCKET, LINUX.SO_REUSEPORT)),
        count === 1 ? [0] : [1, 1, 1],
      );
      t.equal(new Set(sockets.map(({ endpoint }) => endpoint.port)).size, 1);
      for (const socket of sockets) closeUdpSocket(libc, socket);
    }
  });

  t.test('sockets that are handed on are used as they are, and new ones share their port', async (t) => {
    const made = openUdpSockets(libc, { host: '127.0.0.1', port: 0 }, 1);
    const [given] = made;
    if (given === undefined) throw new Error('one was asked for');
    // Node makes its own so.
    libc.fcntl(given.fd, LINUX.F_SETFL, LINUX.O_NONBLOCK);
    const size = option(given.fd, LINUX.SOL_SOCKET, LINUX.SO_RCVBUF);
    const descriptor = { name: 'x', fd: given.fd };
    const sockets = openUdpSockets(libc, given.endpoint, 3, [descriptor]);
    t.same(
      sockets.map(({ from, endpoint }) => [from, endpoint.port]),
      [descriptor, undefined, undefined].map((from) => [from, given.endpoint.port]),
    );
    t.equal(sockets[0]?.receiveBuffer, size, 'no smaller');
    t.equal(libc.fcntl(given.fd, LINUX.F_GETFL, 0) & LINUX.O_NONBLOCK, 0, 'workers wait in it');
    for (const socket of sockets) closeUdpSocket(libc, socket);
    t.same(openUdpSockets(libc, { host: '127.0.0.1', port: 0 }, 1, [descriptor])[0]?.from, undefined);
    t.throws(() => openUdpSockets(libc, given.endpoint, 1), { code: 'EADDRINUSE' }, 'it stays open');
    closeUdpSocket(libc, given);
  });

  const noRoot = process.getuid?.() !== 0 && 'not root';
  t.test("a socket of another user's is shared by all workers", { skip: noRoot }, async (t) => {
    const [given] = openUdpSockets(libc, { host: '127.0.0.1', port: 0 }, 1);
    if (given === undefined) throw new Error('one was asked for');
    // As the one that systemd opens is root's.
    fchownSync(given.fd, 4711, 4711);
    const sockets = openUdpSockets(libc, given.endpoint, 2, [{ name: 'udp', fd: given.fd }]);
    t.equal(sockets.length, 1);
    for (const socket of [...sockets, given]) closeUdpSocket(libc, socket);
  });
}
