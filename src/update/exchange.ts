/**
 * One GET of the update service: basic authentication, redirects by hand, and every answer but 200 turned into a fault
 * that says whether to ask again. Credentials go to the configured origin alone; once a redirect has left it they are
 * gone for the rest of the way, even if it leads back.
 */
import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import type { Clock } from '../clock.js';
import { codeOf } from '../errors.js';
import type { Deadline } from './deadline.js';
import { UpdateFault } from './fault.js';
import { isRedirect, MAX_REDIRECTS, nextHop } from './redirect.js';
import { isPassingStatus, parseRetryAfter } from './retry.js';

export interface Exchange {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly userAgent: string;
  /** The value of the Authorization header. */
  readonly authorization: string;
}

export interface Reply {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** To be read or destroyed by the caller. */
  readonly body: Readable;
}

/** GETs `target` and follows redirects; gives the 200 that ends them, throws an UpdateFault for all else. */
export async function get(target: URL, exchange: Exchange): Promise<Reply> {
  let url = target;
  let trusted = true;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const who = hops === 0 ? target.host : `the host that ${target.host} redirects to`;
    const response = await ask(url, trusted, who, exchange);
    exchange.deadline.touch();
    // A body may fail while nobody reads it; whoever does read it sees the error all the same.
    response.body.on('error', () => undefined);
    if (response.statusCode === 200) return response;
    // Gives up the connection too, which is cheaper than reading on.
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

/** A header that is there once; undefined where it is missing or ambiguous. */
export function headerOf(reply: Pick<Reply, 'headers'>, name: string): string | undefined {
  const value = reply.headers[name];
  return typeof value === 'string' ? value : undefined;
}

async function ask(
  url: URL,
  trusted: boolean,
  who: string,
  exchange: Exchange,
): Promise<Dispatcher.ResponseData> {
  const { dispatcher, deadline, userAgent, authorization } = exchange;
  try {
    return await request(url, {
      dispatcher,
      signal: deadline.signal,
      // Our deadlines rule; undici's own are coarse and would only blur which of them passed.
      headersTimeout: 0,
      bodyTimeout: 0,
      headers: { 'user-agent': userAgent, ...(trusted ? { authorization } : {}) },
    });
  } catch (error) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    throw new UpdateFault('passing', `no answer from ${who} (${nameOf(error)})`);
  }
}

/** The error's code or kind: its message may quote a host name that the server made up. */
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
