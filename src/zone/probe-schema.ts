/**
 * The schema of a probe. All keys are optional, for a mirror's probe is laid over its pool's key by key; what the
 * defaults are is decided after that, in `probes.ts`.
 */
import { isIP } from 'node:net';
import * as z from 'zod';
import { DAY_MS } from '../time.js';
import { readContents } from './contents.js';
import { duration, meaningful, whole } from './fields.js';
import type { OctetRange } from './model.js';
import { readName } from './names.js';
import { RATE_PATTERN, readRate, readSize, SIZE_PATTERN } from './sizes.js';
import { isTextFault, type TextFault } from './text-fault.js';

const MAX_DURATION = DAY_MS;
/** Shorter would be a flood, to the mirror and to ourselves. */
const MIN_DURATION = 10;
const MAX_AGE = 3650 * DAY_MS;

/** The largest range and sample that a probe fetches. */
const MAX_RANGE = 2 ** 20;
const MAX_SAMPLE = 2 ** 30;

export const probeSchema = z.strictObject({
  type: z.enum(['http', 'https', 'tcp', 'rsync', 'none']).optional().meta({
    description:
      'http and https ask for a path; tcp opens a connection; rsync asks a daemon for its modules; none: always up.',
    default: 'http',
  }),
  port: whole('port', 1, 65_535)
    .optional()
    .describe("Default: the type's own, 80, 443 or 873; a tcp probe must name one."),
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
  module: meaningful(readModule).optional().describe('The rsync module that must be listed.'),
  interval: duration('interval', MIN_DURATION, MAX_DURATION)
    .optional()
    .meta({ description: 'From the start of one probe to the start of the next.', default: '30s' }),
  fast_interval: duration('fast_interval', MIN_DURATION, MAX_DURATION)
    .optional()
    .meta({ description: 'The interval while in doubt; at most the interval.', default: '2s' }),
  timeout: duration('timeout', MIN_DURATION, MAX_DURATION)
    .optional()
    .meta({ description: 'When a probe has failed; at most the interval.', default: '5s' }),
  fall: whole('fall', 1, 1000)
    .optional()
    .meta({ description: 'Failures in a row that take a mirror out.', default: 3 }),
  rise: whole('rise', 1, 1000)
    .optional()
    .meta({ description: 'Successes in a row that bring it back.', default: 2 }),
});

export const probeListSchema = z.array(probeSchema).min(1, {
  error: '"probes" is empty: leave it out for a plain http probe, or write [{ type: none }] for none',
});

/** The keys of a probe as a file states them. */
export type ProbeDraft = z.output<typeof probeSchema>;

function readHost(text: string): string | TextFault {
  const [, host, port] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (host !== undefined && isIP(text) === 0)
    return { fault: `"${text}" has a port: write host: ${host}, port: ${port}` };
  return readName(text);
}

/** What may stand in a request line (RFC 9112 §3.2.1): visible ASCII; a fragment is never sent. */
function readPath(text: string): string | TextFault {
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

/** What rsync takes for the name of a module: no slash and no "]", since it stands in brackets in rsyncd.conf. */
function readModule(text: string): string | TextFault {
  if (/^[^\p{Cc}/\]\s]([^\p{Cc}/\]]{0,126}[^\p{Cc}/\]\s])?$/u.test(text)) return text;
  return { fault: `"${text}" can't be the name of an rsync module` };
}

function positive(label: string, read: (text: string) => number | TextFault, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number | TextFault => {
    const value = read(text);
    if (isTextFault(value) || (value > 0 && value <= max)) return value;
    return { fault: `${label} ${text} is out of range` };
  };
}
