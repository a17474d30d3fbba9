/**
 * From a request to its reply: who is turned away, which route answers, and the headers that keep a page from being more
 * than it is. No script, no cookie, nothing from elsewhere, in nobody's frame.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describeError, GeopoolError } from '../platform/errors.js';
import { rejectionOf } from './request-guard.js';
import { STYLE_SOURCES } from './style.js';

export interface SiteRequest {
  /** The segments of the path behind the first, which is the route's. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** The header Accept. */
  readonly accept: string;
  /** A page of another site has the browser ask. */
  readonly isForeign: boolean;
}

export interface SiteReply {
  /** Default: 200. */
  readonly status?: number;
  /** Its media type. */
  readonly type: string;
  readonly body: string;
}

export type Route = (asked: SiteRequest) => Promise<SiteReply>;

export interface Site {
  /** By the first segment of the path. */
  readonly routes: ReadonlyMap<string, Route>;
  /** What there is instead of what is not there. */
  readonly missing: () => SiteReply;
  /** Names by which it may be asked, besides addresses and localhost. */
  readonly hosts: readonly string[];
  /** A request failed by a defect of ours. */
  readonly onFault: (error: string) => void;
}

export const TEXT = 'text/plain; charset=utf-8';

/** Milliseconds for a reply to be taken. */
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
    // Nothing that has a body is answered, and nobody waits for one.
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
    // Half of an escape: nothing is called so.
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
