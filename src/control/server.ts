/**
 * The control socket: HTTP with JSON over a Unix socket that root and the group may open. Requests are few and small.
 * Each is one exchange, and the answer states any error in it.
 */
import { chmodSync, chownSync, existsSync, lstatSync, statSync, unlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createConnection } from 'node:net';
import { codeOf, describeError, GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { Handlers } from './handlers.js';
import { createLine, type Line } from './line.js';
import { type ControlRoutes, routesOf } from './routes.js';

/** The largest body of a request, in octets. */
const MAX_BODY = 64 * 1024;
/** Owner and group may connect; no other user may. */
const SOCKET_MODE = 0o660;
/** Leaves the socket to its owner alone while it is created. */
const OWNERS_MASK = 0o077;
/** Milliseconds for a request to arrive, and for its answer to be read. */
const PATIENCE_MS = 10_000;
/** The most connections at the same time; further ones are closed at once. */
const MOST_CONNECTIONS = 1024;
/** `sun_path` of Linux, less its final zero (unix(7)). */
const MAX_PATH = 107;

export interface ControlServer {
  /** Whether the socket at the path is still this server's, is gone, or belongs to another process. */
  look(): Promise<'ours' | 'gone' | "another's">;
  /** Stops listening and removes the socket. */
  close(): Promise<void>;
}

/** A request leaves its line when the answers to those before it have been read, or their connections are gone. */
interface Desk {
  readonly routes: ControlRoutes;
  readonly lines: Record<string, Line>;
  readonly log: Log;
  readonly patience: number;
}

/** Opens the control socket at `path`. Rejects with STATE_UNUSABLE, or with ALREADY_RUNNING if another server has it. */
export async function openControl(
  path: string,
  handlers: Handlers,
  group: number | undefined,
  log: Log,
  patience = PATIENCE_MS,
): Promise<ControlServer> {
  if (Buffer.byteLength(path) > MAX_PATH) {
    throw new GeopoolError(
      'STATE_UNUSABLE',
      `${path}: the path of a socket has ${MAX_PATH} octets at most; set a shorter one with --control`,
    );
  }
  await removeStale(path);
  const routes = routesOf(handlers);
  // Requests that are computed in a thread or query others; and those with large answers.
  const [costly, large] = [() => createLine(1, 16), () => createLine(8, MOST_CONNECTIONS)];
  const lines: Record<string, Line> = {
    'POST /explain': handlers.explaining,
    'POST /probe': costly(),
    'POST /notify/test': costly(),
    'GET /status': large(),
    'POST /history': large(),
  };
  const desk = { routes, lines, log, patience };
  const server = createServer(
    { requestTimeout: patience, headersTimeout: patience, connectionsCheckingInterval: patience / 10 },
    (request, response) => void answer(request, response, desk),
  );
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, path);
  share(path, group, log);
  const { ino, dev } = statSync(path);
  const look: ControlServer['look'] = async () => {
    try {
      const there = await stat(path);
      return there.ino === ino && there.dev === dev ? 'ours' : "another's";
    } catch (error) {
      // A socket that can't be examined now may still be there.
      return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '') ? 'gone' : 'ours';
    }
  };
  return {
    look,
    async close() {
      const there = await look();
      await new Promise<void>((resolve) => {
        // Closing removes whatever has the name. Another's socket must stay, so this one ends with the process.
        if (there === "another's") resolve();
        else server.close(() => resolve());
        server.closeAllConnections();
      });
      server.unref();
    },
  };
}

/**
 * Lets the group connect. A user who tries out the program where the group exists is not in it and may not give files to
 * it; then the socket is for its owner alone.
 */
function share(path: string, group: number | undefined, log: Log): void {
  try {
    if (group !== undefined && statSync(path).gid !== group) chownSync(path, -1, group);
    chmodSync(path, SOCKET_MODE);
  } catch (error) {
    const why = describeError(error);
    log.warn({ event: 'control-not-shared', path, error: why }, `${path} is for its owner alone: ${why}`);
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const { routes, lines, log, patience } = desk;
  const send = (status: number, body: unknown): Promise<void> => say(response, status, body, patience);
  try {
    const body = await readBody(request);
    const name = `${request.method} ${request.url}`;
    const route = routes[name];
    if (route === undefined) {
      await send(404, { error: { code: 'REQUEST_REFUSED', message: 'no such request' } });
      return;
    }
    const run = async (): Promise<void> => {
      // A client that hung up while waiting needs no answer.
      if (!response.destroyed) await send(200, await route(body));
    };
    await (lines[name]?.(run) ?? run());
  } catch (error) {
    // A client that hung up in the middle of its request needs no answer.
    if (!request.complete) return;
    if (error instanceof GeopoolError) {
      const { code, message, details } = error;
      await send(422, { error: { code, message, details } });
      return;
    }
    log.error(
      { event: 'control-fault', error: describeError(error) },
      'a request on the control socket failed',
    );
    await send(500, { error: { code: 'REQUEST_REFUSED', message: describeError(error) } });
  }
}

/** Resolves when the answer has been read or the connection is gone; `patience` milliseconds later at the latest. */
async function say(response: ServerResponse, status: number, body: unknown, patience: number): Promise<void> {
  if (response.destroyed) return;
  const text = `${JSON.stringify(body)}\n`;
  const closed = new Promise((resolve) => response.once('close', resolve));
  const timer = setTimeout(() => response.destroy(), patience);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(text);
  await closed;
  clearTimeout(timer);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  // Checked only at the end of the request: a client that is still writing would not see the refusal.
  if (size > MAX_BODY) throw new GeopoolError('REQUEST_REFUSED', `a request has ${MAX_BODY} octets at most`);
  return Buffer.concat(chunks).toString('utf8');
}

/** Removes a socket without a listener, left over from a killed process. Anything else belongs to another program. */
async function removeStale(path: string): Promise<void> {
  if (!existsSync(path)) return;
  if (!lstatSync(path).isSocket()) {
    throw new GeopoolError(
      'STATE_UNUSABLE',
      `${path}: something that is not a socket is in the way; remove it, or set another path with --control`,
    );
  }
  const alive = await new Promise<boolean>((resolve) => {
    const probe = createConnection(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    );
  });
  if (alive) {
    throw new GeopoolError(
      'ALREADY_RUNNING',
      `${path}: in use; is another geopool running on this state directory?`,
    );
  }
  unlinkSync(path);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // It stays: once the server listens, an error such as EMFILE costs one client its connection, and no more.
    server.on('error', (error) =>
      reject(
        new GeopoolError(
          'STATE_UNUSABLE',
          `${path}: can't open the control socket: ${describeError(error)}`,
          { cause: error },
        ),
      ),
    );
    // Until access is given on purpose, no other user may connect: whatever the umask is, and from the first moment.
    const mask = process.umask(OWNERS_MASK);
    server.listen(path, () => resolve());
    process.umask(mask);
  });
}
