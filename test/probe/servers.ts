/** Real servers on loopback for probes to meet; all of them gone when the test ends. */
import { randomInt } from 'node:crypto';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Test } from 'tap';

/** Where a server listens, and every connection that it has had. */
export interface Listening {
  readonly port: number;
  readonly sockets: readonly Socket[];
}

/** An HTTP server on a free port of `host`. */
export function serveHttp(t: Test, handle: RequestListener, host = '127.0.0.1'): Promise<Listening> {
  return listen(t, createHttp(handle), host);
}

/** A TCP server that does with each connection what `handle` says. */
export function serveTcp(t: Test, handle: (socket: Socket) => void, host = '127.0.0.1'): Promise<Listening> {
  return listen(t, createTcp(handle), host);
}

/** A TLS server; `replace` gives it another certificate. */
export async function serveTls(
  t: Test,
  options: TlsOptions,
  handle: (socket: TLSSocket) => void,
): Promise<Listening & { replace(certificate: Pick<TlsOptions, 'key' | 'cert'>): void }> {
  const server = createTls(options, handle);
  const listening = await listen(t, server, '127.0.0.1');
  return { ...listening, replace: (certificate) => server.setSecureContext(certificate) };
}

/**
 * A port of `host` where nobody listens. It is not of those that the system hands out, which somebody beside this test
 * may have been given before it is used.
 */
export async function refusedPort(host = '127.0.0.1'): Promise<number> {
  const port = randomInt(10_000, 30_000);
  const server = createTcp();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => resolve(true));
  });
  if (!free) return refusedPort(host);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves once a connection has ended, by whatever way; undefined is one that was never made. */
export async function closed(socket: Socket | undefined): Promise<void> {
  if (socket === undefined) throw new Error('no connection was made');
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}

async function listen(t: Test, server: Server, host: string): Promise<Listening> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    // Probes hang up as soon as they know enough.
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: addressOf(server).port, sockets };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address;
}
