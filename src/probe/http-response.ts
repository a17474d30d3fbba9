/**
 * Parses the answer of an HTTP server incrementally and never holds more than a header. It accepts whatever curl and wget
 * both accept, even where RFC 9112 would not, since mirrors exist to serve such clients. That is why it is hand-written:
 * the parsers of undici and Node refuse a blank before a colon, an odd field name, a length beside chunks or two equal
 * lengths, some of these even in lenient mode. Pure: octets in, parts of the answer out.
 */

/** All lines before and after the body, those of interim answers included. wget does not accept more. */
const MAX_HEADER = 65_536;
/** A line between chunks. */
const MAX_LINE = 1024;

export interface ResponseHead {
  readonly status: number;
  /** By lower-case name; fields of the same name joined by commas (RFC 9110 §5.3). Values may contain anything but NUL. */
  readonly headers: ReadonlyMap<string, string>;
  /** Octets of the body, if its end is determined by its length. */
  readonly length?: number;
}

export interface ResponseSink {
  /** The header of the final answer; interim answers (1xx) are skipped. */
  head(head: ResponseHead): void;
  body(octets: Buffer): void;
  /** The answer is complete. */
  end(): void;
}

export interface ResponseReader {
  /** More octets from the server. Throws an error with one of the codes below, and must not be called again after that. */
  read(octets: Buffer): void;
  /** The server has closed the connection. Returns true if the answer may end that way. */
  close(): boolean;
  /** Octets have arrived, but not a whole header yet. */
  begun(): boolean;
}

export const INVALID_HTTP = 'ERR_HTTP_INVALID';
export const LONG_HEADER = 'ERR_HTTP_HEADER_LENGTH';

type State =
  | 'status'
  | 'field'
  | 'length'
  | 'until close'
  | 'chunk size'
  | 'chunk'
  | 'chunk end'
  | 'trailer'
  | 'done';

/** A reader of the answer to one request with this method. */
export function createResponseReader(method: 'GET' | 'HEAD', sink: ResponseSink): ResponseReader {
  let state: State = 'status';
  /** The part of the current line that has arrived. */
  let held = '';
  let headerOctets = 0;
  let status = 0;
  let headers = new Map<string, string>();
  /** The name of the field that a folded line continues. */
  let last: string | undefined;
  /** Octets left of the body or the chunk. */
  let left = 0;

  /** RFC 9112 §6.3: how long the body is. */
  function begin(): void {
    if (status >= 100 && status < 200 && status !== 101) {
      state = 'status';
      return;
    }
    const bare = method === 'HEAD' || status === 204 || status === 304 || status < 200;
    const length = bare ? 0 : lengthOf(headers);
    if (length === 0) state = 'done';
    else if (length === 'chunks') state = 'chunk size';
    else state = length === undefined ? 'until close' : 'length';
    left = typeof length === 'number' ? length : 0;
    sink.head({ status, headers, ...(typeof length === 'number' && { length }) });
    if (state === 'done') sink.end();
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
    // RFC 9112 §2.2: a recipient may accept a lone LF as the end of a line.
    const at = octets.indexOf(10);
    const next = at < 0 ? octets.length : at + 1;
    const before = held.length;
    held += octets.toString('latin1', 0, at < 0 ? next : at);
    if (state === 'chunk size' || state === 'chunk end') {
      if (held.length > MAX_LINE) throw invalid();
    } else {
      headerOctets += next;
      if (headerOctets > MAX_HEADER) throw tooLong();
      if (state === 'status' && before < 5 && !'HTTP/'.startsWith(held.slice(0, 5))) throw invalid();
    }
    if (at >= 0) {
      const line = held.endsWith('\r') ? held.slice(0, -1) : held;
      held = '';
      useLine(line);
    }
    return octets.subarray(next);
  }

  function useLine(line: string): void {
    if (state === 'status') {
      const [, code] = /^HTTP\/(?:1\.[01]|[23](?:\.0)?) +(\d{3})(?: .*)?$/s.exec(line) ?? [];
      if (code === undefined) throw invalid();
      status = Number(code);
      headers = new Map();
      last = undefined;
      state = 'field';
    } else if (state === 'field') {
      if (line === '') begin();
      else readField(line);
    } else if (state === 'chunk end') {
      if (line !== '') throw invalid();
      state = 'chunk size';
    } else if (state === 'chunk size') {
      // RFC 9112 §7.1. Anything after the size is a chunk extension.
      left = Number.parseInt(/^[0-9A-F]+/i.exec(line)?.[0] ?? '', 16);
      if (!Number.isSafeInteger(left)) throw invalid();
      state = left === 0 ? 'trailer' : 'chunk';
    } else if (line === '') {
      state = 'done';
      sink.end();
    }
  }

  function readField(line: string): void {
    if (line.includes('\0')) throw invalid();
    const colon = line.indexOf(':');
    // RFC 9112 §5.2: line folding is replaced by spaces. A folded line needs a field before it.
    const folded = isBlank(line[0]);
    if (folded ? last === undefined : colon < 0) throw invalid();
    if (!folded || last === undefined) last = trimmed(line.slice(0, colon)).toLowerCase();
    const value = trimmed(folded ? line : line.slice(colon + 1));
    const before = headers.get(last);
    headers.set(last, before === undefined ? value : `${before}${folded ? '' : ','} ${value}`);
  }

  return {
    read(octets) {
      let rest = octets;
      while (rest.length > 0 && state !== 'done') {
        if (state === 'length' || state === 'chunk') rest = readBody(rest);
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
    begun: () => headerOctets > 0 && (state === 'status' || state === 'field'),
  };
}

/** The text without surrounding blanks. String's own `trim` would also remove octets of UTF-8. */
function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (isBlank(text[from])) from++;
  while (to > from && isBlank(text[to - 1])) to--;
  return text.slice(from, to);
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

/** The length of the body, or how its end is found; undefined: when the connection closes. */
function lengthOf(headers: ReadonlyMap<string, string>): number | 'chunks' | undefined {
  const coding = headers.get('transfer-encoding');
  // RFC 9112 §6.3: chunks override a length. "identity" used to mean no coding at all.
  if (coding !== undefined && !/^identity$/i.test(coding)) {
    return /(^|,)\s*chunked$/i.test(coding) ? 'chunks' : undefined;
  }
  const text = headers.get('content-length');
  if (text === undefined) return undefined;
  // Several equal lengths count as one; different ones make the message invalid. Clients ignore what follows a number.
  const lengths = new Set(text.split(',').map((part) => Number(/^\s*\+?(\d+)/.exec(part)?.[1])));
  const [length = Number.NaN] = lengths;
  if (lengths.size !== 1 || Number.isNaN(length)) throw invalid();
  return Number.isSafeInteger(length) ? length : undefined;
}

function invalid(): Error {
  return Object.assign(new Error('the answer is not valid HTTP'), { code: INVALID_HTTP });
}

function tooLong(): Error {
  return Object.assign(new Error('the header of the answer is too long'), { code: LONG_HEADER });
}
