/**
 * From a request to its reply: which requests are rejected, which route answers, and the headers that restrict what a page
 * may do: no scripts, no cookies, nothing loaded from other sites, no framing.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describeError, GeopoolError } from '../platform/errors.js';
import { rejectionOf } from './request-guard.js';
import { STYLE_SOURCES } from './style.js';

export interface SiteRequest {
  /** The segments of the path after the first, which selects the route. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** The Accept header. */
  readonly accept: string;
  /** A page of another site made the browser send this request. */
  readonly isForeign: boolean;
}

export interface SiteReply {
  /** Default: 200. */
  readonly status?: number;
  /** The media type of the body. */
  readonly type: string;
  readonly body: string;
}

export type Route = (asked: SiteRequest) => Promise<SiteReply>;

export interface Site {
  /** By the first segment of the path. */
  readonly routes: ReadonlyMap<string, Route>;
  /** The reply for a path that does not exist. */
  readonly missing: () => SiteReply;
  /** Names allowed in the Host header, in addition to addresses and localhost. */
  readonly hosts: readonly string[];
  /** A request failed because of a defect in geopool. */
  readonly onFault: (error: string) => void;
}

export const TEXT = 'text/plain; charset=utf-8';

/** Milliseconds for the client to read a reply. */
const TAKEN_WITHIN = 10_000;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${STYLE_SOURCES}`,
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export function answerBy(site: Site): RequestListener {
  return (request, response) => {
    // No request with a body is answered, so the body is discarded and not waited for.
    request.resume();
    response.on('error', () => undefined);
    replyTo(request, site).then(
      (reply) => send(response, reply),
      (error) => send(response, failed(error, site)),
    );
  };
}

async function replyTo(request: IncomingMessage, { hosts, routes, missing }: Site): Promise<SiteReply> {
  const { method, url = '/', headers } = request;
  const turned = rejectionOf({ method, host: headers.host }, hosts);
  if (turned !== undefined) return { status: turned.status, type: TEXT, body: `${turned.message}\n` };
  const [location = '', ...questions] = url.split('?');
  const [first = '', ...path] = segmentsOf(location);
  const route = routes.get(first);
  if (route === undefined) return missing();
  return route({
    path,
    query: new URLSearchParams(questions.join('?')),
    accept: headers.accept ?? '',
    isForeign: headers['sec-fetch-site'] === 'cross-site',
  });
}

function segmentsOf(location: string): string[] {
  try {
    return location.replace(/^\//, '').split('/').map(decodeURIComponent);
  } catch {
    // A malformed escape: no route has such a name.
    return [location];
  }
}

function failed(error: unknown, { onFault }: Site): SiteReply {
  if (error instanceof GeopoolError) return { status: 422, type: TEXT, body: `${error.message}\n` };
  onFault(describeError(error));
  return { status: 500, type: TEXT, body: 'a defect of geopool: its log says more\n' };
}

function send(response: ServerResponse, { status = 200, type, body }: SiteReply): void {
  const timer = setTimeout(() => response.destroy(), TAKEN_WITHIN);
  response.once('close', () => clearTimeout(timer));
  response.writeHead(status, {
    ...HEADERS,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(body);
}
