/** A proxy before an instance, which passes on data at once, or slowly and in small pieces. */
import { createConnection, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scope } from '../scope.js';

export interface Front {
  readonly port: number;
  /** From now on all that passes is late, and trickles; or is not any more. */
  setSlow(slow: boolean): void;
}

const LATE_MS = 150;
const PIECES = 4;
const PIECE_MS = 20;

/** Listens on a port of the host, for what listens at the socket `path`; gone when the test ends. */
export async function startFront(t: Scope, host: string, path: string): Promise<Front> {
  let slow = false;
  const sockets = new Set<Socket>();
  const pass = async (from: Socket, to: Socket): Promise<void> => {
    for await (const chunk of from) {
      const octets: Buffer = chunk;
      const size = slow ? Math.ceil(octets.length / PIECES) : octets.length;
      if (slow) await sleep(LATE_MS);
      for (let at = 0; at < octets.length; at += size) {
        if (at > 0) await sleep(PIECE_MS);
        to.write(octets.subarray(at, at + size));
      }
    }
  };
  const server = createServer((near) => {
    const far = createConnection(path);
    const end = (): void => {
      for (const socket of [near, far]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined).on('close', end);
      // It ends in an error where one of them is cut off.
      pass(one, other).catch(end);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : 0,
    setSlow(next) {
      slow = next;
    },
  };
}
