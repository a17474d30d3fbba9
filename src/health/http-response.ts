/**
 * Reads the answer of an HTTP server octet by octet, as strictly as RFC 9112 lets a client be, and never holds more than
 * a header. Written by hand because a probe has to know at every moment how far the answer has come, has to stop wherever
 * it knows enough, and has to cost little a thousand times over. Pure: octets in, parts of the answer out.
 */

/** A mirror that sends more header than this is broken, and costs no more memory than this. */
const MAX_HEADER = 16_384;
const MAX_LINE = 1024;

export interface ResponseHead {
  readonly status: number;
  /** By name in lower case; fields of one name joined by commas (RFC 9110 §5.3). */
  readonly headers: ReadonlyMap<string, string>;
}

export interface ResponseSink {
  /** The header of the final answer; interim ones (1xx) are passed over. */
  head(head: ResponseHead): void;
  body(octets: Buffer): void;
  /** The answer is whole. */
  end(): void;
}

export interface ResponseReader {
  /** More octets from the server. Throws an error with one of the codes below, and must not be called again then. */
  read(octets: Buffer): void;
  /** The server has closed: true where that ends the answer as it may. */
  close(): boolean;
  /** Octets came, but not yet a whole header. */
  begun(): boolean;
}

export const INVALID_HTTP = 'ERR_HTTP_INVALID';
export const LONG_HEADER = 'ERR_HTTP_HEADER_LENGTH';

type State = 'head' | 'length' | 'until close' | 'chunk size' | 'chunk' | 'chunk end' | 'trailer' | 'done';

/** A reader of the one answer to a request of this method. */
export function createResponseReader(method: 'GET' | 'HEAD', sink: ResponseSink): ResponseReader {
  let state: State = 'head';
  /** The header, or the line between chunks, as far as it has come. */
  let held = '';
  let headerOctets = 0;
  /** Octets that are left of the body or the chunk. */
  let left = 0;

  function readHead(octets: Buffer): Buffer {
    const before = held.length;
    held += octets.toString('latin1');
    if (!'HTTP/'.startsWith(held.slice(0, 5))) throw invalid();
    // RFC 9112 §2.2: a recipient may take a lone LF for the end of a line.
    const end = /\r?\n\r?\n/g;
    end.lastIndex = Math.max(0, before - 3);
    const found = end.exec(held);
    if (headerOctets + (found === null ? held.length : end.lastIndex) > MAX_HEADER) throw tooLong();
    if (found === null) return octets.subarray(octets.length);
    const head = parseHead(held.slice(0, found.index));
    const rest = octets.subarray(end.lastIndex - before);
    headerOctets += end.lastIndex;
    held = '';
    if (head.status >= 100 && head.status < 200 && head.status !== 101) return rest;
    begin(head);
    return rest;
  }

  /** RFC 9112 §6.3: how long the body is. */
  function begin(head: ResponseHead): void {
    const { status, headers } = head;
    const encoding = headers.get('transfer-encoding');
    const length = headers.get('content-length');
    let next: State;
    if (method === 'HEAD' || status === 204 || status === 304 || status < 200) next = 'done';
    else if (encoding !== undefined) {
      if (length !== undefined) throw invalid();
      next = /(^|,)\s*chunked$/i.test(encoding) ? 'chunk size' : 'until close';
    } else if (length === undefined) next = 'until close';
    else {
      left = parseLength(length);
      next = left === 0 ? 'done' : 'length';
    }
    state = next;
    sink.head(head);
    if (next === 'done') sink.end();
  }

  function readBody(octets: Buffer): Buffer {
    const part = octets.length <= left ? octets : octets.subarray(0, left);
    left -= part.length;
    sink.body(part);
    if (left === 0) {
      if (state === 'chunk') state = 'chunk end';
      else {
        state = 'done';
        sink.end();
      }
    }
    return octets.subarray(part.length);
  }

  function readLine(octets: Buffer): Buffer {
    const at = octets.indexOf(10);
    held += octets.toString('latin1', 0, at < 0 ? octets.length : at);
    if (held.length > MAX_LINE) throw invalid();
    if (at < 0) return octets.subarray(octets.length);
    const line = held.endsWith('\r') ? held.slice(0, -1) : held;
    held = '';
    useLine(line);
    return octets.subarray(at + 1);
  }

  /** RFC 9112 §7.1. */
  function useLine(line: string): void {
    if (state === 'chunk end') {
      if (line !== '') throw invalid();
      state = 'chunk size';
    } else if (state === 'chunk size') {
      const [, size] = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line) ?? [];
      if (size === undefined) throw invalid();
      left = Number.parseInt(size, 16);
      state = left === 0 ? 'trailer' : 'chunk';
    } else {
      headerOctets += line.length + 2;
      if (headerOctets > MAX_HEADER) throw tooLong();
      if (line !== '') return;
      state = 'done';
      sink.end();
    }
  }

  return {
    read(octets) {
      let rest = octets;
      while (rest.length > 0 && state !== 'done') {
        if (state === 'head') rest = readHead(rest);
        else if (state === 'length' || state === 'chunk') rest = readBody(rest);
        else if (state === 'until close') {
          sink.body(rest);
          return;
        } else rest = readLine(rest);
      }
    },
    close() {
      if (state !== 'until close') return state === 'done';
      state = 'done';
      sink.end();
      return true;
    },
    begun: () => state === 'head' && held !== '',
  };
}

function parseHead(text: string): ResponseHead {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const [, status] = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/.exec(first) ?? [];
  if (status === undefined) throw invalid();
  const headers = new Map<string, string>();
  let last = '';
  for (const line of lines) {
    if (hasControl(line)) throw invalid();
    if (line.startsWith(' ') || line.startsWith('\t')) {
      // RFC 9112 §5.2: a folded line is replaced by spaces; there must be one before it.
      const before = headers.get(last);
      if (before === undefined) throw invalid();
      headers.set(last, `${before} ${line.trim()}`);
      continue;
    }
    const [, name, value = ''] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)$/.exec(line) ?? [];
    if (name === undefined) throw invalid();
    last = name.toLowerCase();
    const before = headers.get(last);
    headers.set(last, before === undefined ? value.trim() : `${before}, ${value.trim()}`);
  }
  return { status: Number(status), headers };
}

function hasControl(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if ((code < 32 && code !== 9) || code === 127) return true;
  }
  return false;
}

/** RFC 9112 §6.3: several equal lengths are one, different ones make the message invalid. */
function parseLength(text: string): number {
  const lengths = new Set(text.split(',').map((part) => part.trim()));
  const [length = ''] = lengths;
  if (lengths.size !== 1 || !/^\d{1,15}$/.test(length)) throw invalid();
  return Number(length);
}

function invalid(): Error {
  return Object.assign(new Error('the answer is not valid HTTP'), { code: INVALID_HTTP });
}

function tooLong(): Error {
  return Object.assign(new Error('the header of the answer is too long'), { code: LONG_HEADER });
}
