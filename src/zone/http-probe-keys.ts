/**
 * What an http or https probe asks: its keys in a zone file, and the probe that they make.
 */
import { isIP } from 'node:net';
import * as z from 'zod';
import { DAY_MS } from '../platform/time.js';
import { readContents } from './contents.js';
import { duration, meaningful, whole } from './fields.js';
import { readName } from './names.js';
import type { ProbeTiming } from './probe-timing.js';
import { RATE_PATTERN, readRate, readSize, SIZE_PATTERN } from './sizes.js';
import { isTextFault, type TextFault } from './text-fault.js';

export interface HttpProbe extends ProbeTiming {
  readonly type: 'http' | 'https';
  readonly port: number;
  /** The Host header, and the name in the TLS handshake. */
  readonly host: string;
  readonly path: string;
  /** The method of the plain request. Checks of the body always use GET. */
  readonly method: 'GET' | 'HEAD';
  /** Status codes that count as good. */
  readonly expect: readonly number[];
  /** Octets that the mirror must return, and no others, when asked for just them. */
  readonly range?: OctetRange;
  /** `same-mirror`: followed while they lead to this mirror; `follow`: wherever they lead. */
  readonly redirects: Redirects;
  /** What the body must contain. */
  readonly contains?: Contents;
  /** Whether the certificate must be valid, and match the host. */
  readonly verify: boolean;
  /** A certificate that expires sooner than this causes a warning, in milliseconds. */
  readonly certWarn: number;
  /** The maximum age of the file by its date, in milliseconds. */
  readonly maxAge?: number;
  readonly speed?: Speed;
}

export type Redirects = 'none' | 'same-mirror' | 'follow';

/** The first and the last octet, both included, counted from 0. */
export interface OctetRange {
  readonly first: number;
  readonly last: number;
}

export type Contents = { readonly text: string } | { readonly pattern: string; readonly flags: string };

export interface Speed {
  /** Octets per second, above 0. */
  readonly minRate: number;
  /** The number of octets that the rate is measured over. */
  readonly sample: number;
}

const MAX_AGE = 3650 * DAY_MS;
/** The largest range and sample that a probe may fetch. */
const MAX_RANGE = 2 ** 20;
const MAX_SAMPLE = 2 ** 30;

export const HTTP_KEYS = {
  host: meaningful(readHost)
    .optional()
    .describe("The Host header, and the name in the TLS handshake. Default: the pool's own name."),
  path: meaningful(readPath)
    .optional()
    .meta({ description: 'What to ask for; starts with a slash.', default: '/', pattern: '^/' }),
  method: z.enum(['GET', 'HEAD']).optional().meta({
    description: 'How to ask. What looks at a body or a range is asked by GET besides.',
    default: 'GET',
  }),
  expect: z
    .array(whole('status code', 100, 599))
    .min(1, { error: '"expect" is empty, expected at least one status code such as 200' })
    .optional()
    .meta({ description: 'Status codes that count as good.', default: [200, 206] }),
  range: meaningful(readOctetRange).optional().meta({
    description: 'The first and last octet to ask for alone, such as 0-0; must give 206 with just these.',
    pattern: '^[0-9]+-[0-9]+$',
  }),
  redirects: z.enum(['none', 'same-mirror', 'follow']).optional().meta({
    description:
      'same-mirror: follow those that stay on the mirror, as from http to https; follow: follow all; none: look at the status alone.',
    default: 'none',
  }),
  contains: meaningful(readContents)
    .optional()
    .describe(
      'A text that the first 64 KiB of the body must contain, or a /pattern/ (as RE2 has it: no look-around, no references back) that they must match.',
    ),
  verify: z.boolean().optional().meta({
    description: 'Whether the certificate must be valid, and for the host. Its days are measured either way.',
    default: true,
  }),
  cert_warn: duration('cert_warn', 0, MAX_AGE)
    .optional()
    .meta({ description: 'A certificate that ends sooner is warned of.', default: '14d' }),
  max_age: duration('max_age', 1000, MAX_AGE)
    .optional()
    .describe('How old the file may be, by the date in its first lines or else by its Last-Modified.'),
  min_rate: meaningful(positive('min_rate', readRate)).optional().meta({
    description: 'The least rate, from the first to the last octet of a sample.',
    pattern: RATE_PATTERN,
  }),
  sample: meaningful(positive('sample', readSize, MAX_SAMPLE))
    .optional()
    .meta({ description: 'How much to fetch to measure the rate. Default: 1MB.', pattern: SIZE_PATTERN }),
};

type HttpDraft = z.output<z.ZodObject<typeof HTTP_KEYS>>;

const CERT_WARN = 14 * DAY_MS;
const SAMPLE = 1_000_000;

/** What the keys ask for besides type, port and timing. `pool` is the pool's own name, the default for `host`. */
export function readHttpProbe(
  keys: HttpDraft,
  pool: string,
  { timeout }: ProbeTiming,
): Omit<HttpProbe, 'type' | 'port' | keyof ProbeTiming> {
  const { range, contains, max_age: maxAge } = keys;
  const speed = speedOf(keys, timeout);
  return {
    host: keys.host ?? pool,
    path: keys.path ?? '/',
    method: keys.method ?? 'GET',
    expect: keys.expect ?? [200, 206],
    ...(range !== undefined && { range }),
    redirects: keys.redirects ?? 'none',
    ...(contains !== undefined && { contains }),
    verify: keys.verify ?? true,
    certWarn: keys.cert_warn ?? CERT_WARN,
    ...(maxAge !== undefined && { maxAge }),
    ...(speed !== undefined && { speed }),
  };
}

/** The rate to check, and the sample. At the minimum rate, the default sample takes at most half of the timeout. */
function speedOf({ min_rate: minRate, sample }: HttpDraft, timeout: number): Speed | undefined {
  if (minRate === undefined) return undefined;
  return { minRate, sample: sample ?? Math.min(SAMPLE, Math.ceil((minRate * timeout) / 2000)) };
}

/** What distinguishes this request from others. Defaults are left out, so that it stays short. */
export function identifyHttp({ type, port, host, path, expect, ...probe }: HttpProbe): (string | number)[] {
  const { method, redirects, verify, range, contains, maxAge, speed } = probe;
  const options = {
    ...(method !== 'GET' && { method }),
    ...(redirects !== 'none' && { redirects }),
    ...(!verify && { verify }),
    ...(range !== undefined && { range }),
    ...(contains !== undefined && { contains }),
    ...(maxAge !== undefined && { maxAge }),
    ...(speed !== undefined && { speed }),
  };
  const expected = [...new Set(expect)].sort((a, b) => a - b).join();
  const more = Object.keys(options).length === 0 ? [] : [JSON.stringify(options)];
  return [type, port, host, path, expected, ...more];
}

function readHost(text: string): string | TextFault {
  const [, host, port] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (host !== undefined && isIP(text) === 0)
    return { fault: `"${text}" has a port: write host: ${host}, port: ${port}` };
  return readName(text);
}

/** The characters of a request line (RFC 9112 §3.2.1): visible ASCII. A fragment is never sent. */
export function readPath(text: string): string | TextFault {
  if (!text.startsWith('/')) return { fault: `path "${text}" must start with "/"` };
  if (/^[!-"$-~]+$/.test(text)) return text;
  return { fault: `path "${text}" has a character that no request may have: write it as %XX` };
}

function readOctetRange(text: string): OctetRange | TextFault {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    return { fault: `"${text}" is not a range, expected the first and the last octet, such as 0-0` };
  }
  const [first, last] = [Number(from), Number(to)];
  if (last < first) return { fault: `the range ${text} ends before it begins` };
  if (last - first < MAX_RANGE) return { first, last };
  return { fault: `the range ${text} is longer than 1 MiB, which no probe should fetch` };
}

function positive(label: string, read: (text: string) => number | TextFault, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number | TextFault => {
    const value = read(text);
    if (isTextFault(value) || (value > 0 && value <= max)) return value;
    return { fault: `${label} ${text} is out of range` };
  };
}
