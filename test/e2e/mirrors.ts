/**
 * Real mirrors: HTTP servers on loopback addresses of their own that fail in different ways when they are told to, and come
 * back on the same port.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Scope } from '../scope.js';

/** `refuse` answers 503, `close` closes the port, `hang` takes connections and says nothing. */
export type Mood = 'well' | 'refuse' | 'close' | 'hang';

export interface LiveMirror {
  readonly address: string;
  readonly port: number;
  /** From now on it behaves like that; resolves when it does. */
  become(mood: Mood): Promise<void>;
  /** How many requests it got. */
  requests(): number;
}

/** A mirror on a free port of `address` (127.0.0.11 and so on), gone when the test ends. */
export async function startMirror(t: Scope, address: string): Promise<LiveMirror> {
  let mood: Mood = 'well';
  let requests = 0;
  let server: Server | undefined;
  const sockets = new Set<Socket>();
  const answer = (response: ServerResponse): void => {
    requests++;
    if (mood === 'hang') return;
    response.writeHead(mood === 'well' ? 200 : 503).end(`${mood}\n`);
  };
  const open = async (port: number): Promise<number> => {
    const opened = createServer((_request, response) => answer(response));
    opened.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      // Probes hang up as soon as they know enough.
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject);
      opened.listen(port, address, resolve);
    });
    server = opened;
    const bound = opened.address();
    return typeof bound === 'object' && bound !== null ? bound.port : port;
  };
  const close = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    const closed = new Promise((resolve) => closing.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await open(0);
  t.teardown(close);
  return {
    address,
    port,
    requests: () => requests,
    async become(next) {
      mood = next;
      // What hung must not go on hanging.
      if (next === 'close') await close();
      else if (server === undefined) await open(port);
      if (next === 'well') for (const socket of sockets) socket.destroy();
    },
  };
}
