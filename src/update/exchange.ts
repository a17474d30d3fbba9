/**
 * One GET from the update service, with basic authentication. Redirects are followed here, and every answer but 200 becomes
 * a fault that says whether to retry. Credentials go only to the configured origin; once a redirect has left it, they are
 * not sent again, even if a later redirect leads back.
 */
import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import type { Clock } from '../platform/clock.js';
import { codeOf } from '../platform/errors.js';
import type { Deadline } from './deadline.js';
import { UpdateFault } from './fault.js';
import type { HttpAgents } from './http-agents.js';
import { isRedirect, MAX_REDIRECTS, nextHop } from './redirect.js';
import { isPassingStatus, parseRetryAfter } from './retry.js';

export interface UpdateRequest {
  readonly way: HttpAgents;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly userAgent: string;
  /** The value of the Authorization header. */
  readonly authorization: string;
}

export interface UpdateResponse {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The caller must read or destroy it. */
  readonly body: Readable;
}

/** GETs `target` and follows redirects; returns the final 200, throws an UpdateFault for anything else. */
export async function get(target: URL, exchange: UpdateRequest): Promise<UpdateResponse> {
  let url = target;
  let trusted = true;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const who = hops === 0 ? target.host : `the host that ${target.host} redirects to`;
    const response = await ask(url, trusted, who, exchange);
    exchange.deadline.touch();
    // A body may fail before it is read. Its reader still sees the error.
    response.body.on('error', () => undefined);
    if (response.statusCode === 200) return response;
    // This closes the connection too, which is cheaper than reading the rest.
    response.body.destroy();
    if (!isRedirect(response.statusCode)) {
      const retryAfter = parseRetryAfter(headerOf(response, 'retry-after'), exchange.clock.now());
      throw statusFault(response.statusCode, who, trusted, retryAfter);
    }
    url = nextHop(url, headerOf(response, 'location'), target);
    trusted = trusted && url.origin === target.origin;
  }
  throw new UpdateFault('final', `${target.host} redirects more than ${MAX_REDIRECTS} times`);
}

/** A header that occurs once; undefined if it is missing or ambiguous. */
export function headerOf(reply: Pick<UpdateResponse, 'headers'>, name: string): string | undefined {
  const value = reply.headers[name];
  return typeof value === 'string' ? value : undefined;
}

async function ask(
  url: URL,
  trusted: boolean,
  who: string,
  exchange: UpdateRequest,
): Promise<Dispatcher.ResponseData> {
  const { way, deadline, userAgent, authorization } = exchange;
  const { signal } = deadline;
  const asked = request(url, {
    dispatcher: way.dispatcher,
    signal,
    // Our deadlines apply. undici's own are coarse and would only blur which of them expired.
    headersTimeout: 0,
    bodyTimeout: 0,
    headers: { 'user-agent': userAgent, ...(trusted ? { authorization } : {}) },
  });
  try {
    // undici watches the signal only once it is connected, which never happens with an unresponsive proxy.
    return await orAborted(asked, signal);
  } catch (error) {
    asked.then(
      ({ body }) => body.on('error', () => undefined).destroy(),
      () => undefined,
    );
    if (signal.aborted) throw signal.reason;
    throw silenceFault(error, who, way.proxyFor?.(url));
  }
}

/** Settles like `work`, or rejects when the signal is aborted. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { signal: done.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}

function silenceFault(error: unknown, who: string, proxy: string | undefined): UpdateFault {
  if (proxy === undefined) return new UpdateFault('passing', `no answer from ${who} (${nameOf(error)})`);
  // undici's message for a proxy that refuses to connect.
  const status = /^Proxy response \((\d{3})\)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (status === '407') {
    return new UpdateFault(
      'refused',
      `user or password refused by the proxy ${proxy} (407): check GEOIPUPDATE_PROXY_USER_PASSWORD, or those in HTTPS_PROXY`,
    );
  }
  if (status !== undefined) return new UpdateFault('passing', `the proxy ${proxy} answered ${status}`);
  return new UpdateFault(
    'passing',
    `no answer from ${who} (${nameOf(error)}); the proxy ${proxy} is set: does it answer?`,
  );
}

/** The error's code or name, since its message may quote a host name that the server made up. */
function nameOf(error: unknown): string {
  return codeOf(error) ?? (error instanceof Error ? error.name : 'unknown error');
}

function statusFault(
  status: number,
  who: string,
  trusted: boolean,
  retryAfterMs: number | undefined,
): UpdateFault {
  if (status === 401 && trusted) {
    return new UpdateFault(
      'refused',
      `account or key refused by ${who} (401): check account_id and the license key`,
    );
  }
  if (isPassingStatus(status)) return new UpdateFault('passing', `${who} answered ${status}`, retryAfterMs);
  const hint =
    status === 403 || status === 404 ? ': does the edition exist, and may this account have it?' : '';
  return new UpdateFault('final', `${who} answered ${status}${hint}`);
}
