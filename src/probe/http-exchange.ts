/**
 * One request and its answer, over a connection of its own that is closed as soon as enough of the answer is known.
 */
import { isIPv6 } from 'node:net';
import { type ConnectionTarget, closeConnection, openConnection } from './connection.js';
import { createResponseReader, type ResponseHead } from './http-response.js';
import { ANSWER_TRUNCATED } from './probe-error.js';
import type { Trace } from './trace.js';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD';
  /** The request target, in origin form: path and query. */
  readonly path: string;
  /** The Host header. */
  readonly host: string;
  readonly userAgent: string;
  /** For example `bytes=0-0`. */
  readonly range?: string;
}

/** Takes octets of a body as they arrive; returns true once it has enough. */
export type BodyReader = (octets: Buffer) => boolean;

export interface HttpExchange {
  readonly to: ConnectionTarget;
  readonly request: HttpRequest;
  /** Returns the reader for the body, given the header; undefined if the header is enough. */
  readonly reader: (head: ResponseHead) => BodyReader | undefined;
}

/** The characters allowed in a request line and a Host header: visible ASCII. */
const SENDABLE = /^[!-~]+$/;

/**
 * Resolves with the header of the answer once the reader has enough of the body. Rejects with the system's error, one of
 * `http-response.ts` or `probe-error.ts`, or the signal's reason once it aborts.
 */
export function exchange(
  { to, request, reader }: HttpExchange,
  signal: AbortSignal,
  trace: Trace,
): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    if (!SENDABLE.test(request.path) || !SENDABLE.test(request.host)) {
      return reject(new Error('the path or host has a character that no request may have'));
    }
    let head: ResponseHead | undefined;
    let take: BodyReader | undefined;
    let length = 0;
    let done = false;
    const answer = createResponseReader(request.method, {
      head(found) {
        head = found;
        trace.step('headers', () => `${request.method} ${request.path}: ${found.status}`);
        take = reader(found);
        if (take === undefined) finish();
        else trace.phase('reading the body');
      },
      body(octets) {
        length += octets.length;
        if (take?.(octets) === true) finish();
      },
      end: () => finish(),
    });
    const socket = openConnection(to, trace, (error) => {
      if (error !== null) return fail(error);
      trace.phase('waiting for the answer');
      socket.write(requestText(request));
    });
    socket.on('data', (octets) => {
      // Octets after enough is known are ignored.
      if (done) return;
      try {
        answer.read(octets);
        if (answer.begun()) trace.phase('reading the header');
      } catch (error) {
        fail(error);
      }
    });
    // A close can complete only an answer that has begun. Before that, openConnection reports its own error.
    socket.once('close', () => {
      if (done || answer.close()) return;
      fail(head === undefined ? closeConnection() : cutOff(length));
    });
    socket.on('error', fail);
    signal.addEventListener('abort', giveUp, { once: true });

    function settle(): boolean {
      if (done) return false;
      done = true;
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      return true;
    }
    function finish(): void {
      if (head === undefined || !settle()) return;
      if (take !== undefined) trace.step('body', () => `${length} octets read`);
      resolve(head);
    }
    function fail(error: unknown): void {
      if (settle()) reject(error);
    }
    function giveUp(): void {
      fail(signal.reason);
    }
  });
}

function requestText({ method, path, host, userAgent, range }: HttpRequest): string {
  const more = range === undefined ? '' : `Range: ${range}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${userAgent}\r\nAccept: */*\r\nAccept-Encoding: identity\r\n${more}Connection: close\r\n\r\n`;
}

const DEFAULT_PORT = { http: 80, https: 443 } as const;

/** RFC 9110 §7.2: the authority of the target, without the port if it is the scheme's default (§4.2.3). */
export function hostHeader(type: 'http' | 'https', host: string, port: number): string {
  const name = isIPv6(host) ? `[${host}]` : host;
  return port === DEFAULT_PORT[type] ? name : `${name}:${port}`;
}

function cutOff(length: number): Error {
  return Object.assign(new Error(`connection closed in the middle of the body, after ${length} octets`), {
    code: ANSWER_TRUNCATED,
  });
}
