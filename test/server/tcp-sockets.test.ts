/** TCP clients that connect wait in the socket, whether a worker is there or not. */
import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { loadLibc } from '../../src/platform/libc.js';
import { duplicateForWorker, openTcpSocket } from '../../src/server/tcp-sockets.js';

const libc = await loadLibc();

if ('unavailable' in libc) t.pass(`skipped: ${libc.unavailable}`, { skip: libc.unavailable });
else {
  const LOOPBACK = { host: '127.0.0.1', port: 0 };
  const connects = async (port: number): Promise<boolean> => {
    const client = connect(port, '127.0.0.1');
    const outcome = await Promise.race([
      once(client, 'connect').then(() => true),
      once(client, 'error').then(() => false),
    ]).catch(() => false);
    client.destroy();
    return outcome;
  };

  t.test('it listens as long as anybody has it', async (t) => {
    const socket = openTcpSocket(libc, LOOPBACK);
    const { port } = socket.endpoint;
    const worker = duplicateForWorker(libc, socket);
    t.equal(await connects(port), true);
    libc.close(worker);
    t.equal(await connects(port), true, 'a worker has ended');
    libc.close(socket.fd);
    t.equal(await connects(port), false);
    t.throws(
      () => duplicateForWorker(libc, socket),
      { code: 'errno 9', protocol: 'tcp' },
      'there is nothing to share',
    );
  });

  t.test('one that was handed on is used, and others are not', async (t) => {
    const first = openTcpSocket(libc, LOOPBACK);
    const other = openTcpSocket(libc, LOOPBACK);
    t.teardown(() => [first, other].map(({ fd }) => libc.close(fd)));
    const inherited = [other, first].map(({ fd }, i) => ({ name: `${i}`, fd }));
    const again = openTcpSocket(libc, first.endpoint, inherited);
    t.teardown(() => libc.close(again.fd));
    t.equal(again.from?.name, '1');
    t.throws(() => openTcpSocket(libc, first.endpoint), { code: 'EADDRINUSE', protocol: 'tcp' });
  });
}
