/**
 * The demo's mirrors: real HTTP servers that can be told to misbehave in the ways that real ones do.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { codeOf, describeError, GeopoolError } from '../platform/errors.js';
import type { DemoSite } from './demo-world.js';

/** `down` refuses connections, `hang` accepts requests and never answers, `503` answers with that status. */
export type MirrorBehavior = 'up' | 'down' | 'hang' | '503';

export interface DemoMirrors {
  /** The port that all of them listen on, so that one probe fits all. */
  readonly port: number;
  /** Rejects with the system's error if the port of a mirror that comes back was taken meanwhile. */
  behave(name: string, behavior: MirrorBehavior): Promise<void>;
  close(): Promise<void>;
}

interface Mirror {
  readonly site: DemoSite;
  readonly server: Server;
  conduct: MirrorBehavior;
}

/** How many ports are tried until one is free on every address. */
const TRIES = 20;

/** Starts a mirror for each site, all on one port. If that fails, stops all and rejects with LISTEN_FAILED. */
export async function openMirrors(sites: readonly DemoSite[]): Promise<DemoMirrors> {
  for (let tries = 1; ; tries++) {
    const mirrors = sites.map(createMirror);
    try {
      const port = await listenAll(mirrors);
      return {
        port,
        async behave(name, behavior) {
          const mirror = mirrors.find(({ site }) => site.name === name);
          if (mirror === undefined) return;
          if (behavior === 'down') await shut(mirror.server);
          else if (!mirror.server.listening) await listen(mirror, port);
          mirror.conduct = behavior;
        },
        close: () => shutAll(mirrors),
      };
    } catch (error) {
      await shutAll(mirrors);
      const taken = codeOf(error) === 'EADDRINUSE';
      if (!taken || tries === TRIES) throw refusal(error);
    }
  }
}

function createMirror(site: DemoSite): Mirror {
  const server = createServer((_request, response) => {
    if (mirror.conduct === 'hang') return;
    const good = mirror.conduct === 'up';
    response.writeHead(good ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(good ? `${site.name}, as if in ${site.city}\n` : 'out of order\n');
  });
  const mirror: Mirror = { site, server, conduct: 'up' };
  return mirror;
}

/** The first mirror takes any free port, the others the same one. */
async function listenAll([first, ...others]: readonly Mirror[]): Promise<number> {
  if (first === undefined) return 0;
  const port = await listen(first, 0);
  for (const mirror of others) await listen(mirror, port);
  return port;
}

async function listen({ site, server }: Mirror, port: number): Promise<number> {
  server.listen(port, site.address);
  await once(server, 'listening');
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

async function shutAll(mirrors: readonly Mirror[]): Promise<void> {
  await Promise.all(mirrors.map(({ server }) => shut(server)));
}

async function shut(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function refusal(error: unknown): GeopoolError {
  const hint =
    codeOf(error) === 'EADDRNOTAVAIL'
      ? '; the demo needs 127.0.0.11 to 127.0.0.16 on this host. Linux has them; on macOS run: for i in 11 12 13 14 15 16; do sudo ifconfig lo0 alias 127.0.0.$i; done'
      : '';
  return new GeopoolError(
    'LISTEN_FAILED',
    `a mirror of the demo can't listen: ${describeError(error)}${hint}`,
    {
      cause: error,
    },
  );
}
