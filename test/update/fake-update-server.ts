/**
 * An update service on loopback, two origins as the real one: the service itself, which wants credentials and redirects
 * downloads, and the storage that it redirects to. Tests queue handlers for single requests; the rest is answered as the
 * real one answers. Every request is kept.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;
export type Place = 'metadata' | 'download' | 'storage';

export interface Asked {
  readonly place: Place;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FakeUpdateServer {
  /** Base URL of the service. */
  readonly host: string;
  /** Base URL of the storage: another origin. */
  readonly storage: string;
  readonly asked: readonly Asked[];
  /** How often a place was asked. */
  count(place: Place): number;
  /** Answers the next request of `place`; several are used in order. */
  once(place: Place, handler: Handler): void;
  /** Answers all further requests of `place` that nothing is queued for. */
  always(place: Place, handler: Handler): void;
  /** Publishes `bytes` as the current database of `edition`. */
  publish(edition: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export const PUBLISHED = 'Tue, 06 Jan 2026 17:35:03 GMT';
export const PUBLISHED_DATE = '2026-01-06';

export async function startFakeUpdateServer(): Promise<FakeUpdateServer> {
  const published = new Map<string, { md5: string; archive: Buffer }>();
  const asked: Asked[] = [];
  const queues: Record<Place, Handler[]> = { metadata: [], download: [], storage: [] };
  const state: Record<Place, Handler> = {
    metadata(request, response) {
      const edition = queryOf(request).get('edition_id') ?? '';
      sendJson(response, metadataOf(edition, published.get(edition)?.md5 ?? ''));
    },
    download(request, response) {
      const edition = (request.url ?? '').split('/')[3] ?? '';
      response
        .writeHead(302, { location: `${storageHost}/signed/${edition}?signature=of-the-storage` })
        .end();
    },
    storage(request, response) {
      const edition = (request.url ?? '').split(/[/?]/)[2] ?? '';
      sendArchive(response, published.get(edition)?.archive ?? Buffer.alloc(0));
    },
  };
  const serve = (place: Place, request: IncomingMessage, response: ServerResponse): void => {
    asked.push({ place, url: request.url ?? '', headers: request.headers });
    (queues[place].shift() ?? state[place])(request, response);
  };
  const service = createServer((request, response) => {
    serve(request.url?.startsWith('/geoip/updates/') ? 'metadata' : 'download', request, response);
  });
  const storage = createServer((request, response) => serve('storage', request, response));
  const host = await listen(service);
  const storageHost = await listen(storage);
  return {
    host,
    storage: storageHost,
    asked,
    count: (place) => asked.filter((one) => one.place === place).length,
    once(place, handler) {
      queues[place].push(handler);
    },
    always(place, handler) {
      state[place] = handler;
    },
    async publish(edition, bytes) {
      const archive = await tarGz([
        [{ name: `${edition}_20260106/`, type: 'directory' }, ''],
        [{ name: `${edition}_20260106/LICENSE.txt` }, 'a license'],
        [{ name: `${edition}_20260106/${edition}.mmdb` }, bytes],
        [{ name: `${edition}_20260106/README.txt` }, 'after it'],
      ]);
      published.set(edition, { md5: md5(bytes), archive });
    },
    async close() {
      await Promise.all([close(service), close(storage)]);
    },
  };
}

export function metadataOf(edition: string, hash: string, date = PUBLISHED_DATE): object {
  return { databases: [{ edition_id: edition, md5: hash, date }] };
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

export function sendArchive(response: ServerResponse, archive: Uint8Array): void {
  response.writeHead(200, { 'last-modified': PUBLISHED, 'content-length': archive.length }).end(archive);
}

export function status(code: number, headers: Record<string, string> = {}): Handler {
  return (_request, response) => {
    response.writeHead(code, headers).end('words of the server');
  };
}

/** Sends the head of `archive`, then breaks the connection off. */
export function cutAfter(archive: Uint8Array, bytes: number): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'last-modified': PUBLISHED, 'content-length': archive.length });
    response.write(archive.subarray(0, bytes), () => response.destroy());
  };
}

export type TarEntry = readonly [Partial<Header> & Pick<Header, 'name'>, string | Uint8Array];

export async function tarGz(entries: readonly TarEntry[]): Promise<Buffer> {
  return gzipSync(await tar(entries), { level: 1 });
}

export async function tar(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) {
    if (header.type === undefined || header.type === 'file') archive.entry(header, content);
    else archive.entry(header);
  }
  archive.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of archive) if (piece instanceof Uint8Array) pieces.push(piece);
  return Buffer.concat(pieces);
}

export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URL(request.url ?? '/', 'http://localhost').searchParams;
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
