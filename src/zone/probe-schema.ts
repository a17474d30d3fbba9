/**
 * The schema of a probe. All keys are optional, for a mirror's probe is laid over its pool's key by key; what the
 * defaults are is decided after that, in `probes.ts`.
 */
import { isIP } from 'node:net';
import * as z from 'zod';
import { duration, meaningful, whole } from './fields.js';
import { readName } from './names.js';
import type { TextFault } from './text-fault.js';

const MAX_DURATION = 86_400_000;
/** Shorter would be a flood, to the mirror and to ourselves. */
const MIN_DURATION = 10;

export const probeSchema = z.strictObject({
  type: z.enum(['http', 'https', 'tcp', 'none']).optional().meta({
    description:
      'http and https ask for a path and look at the status code; tcp opens a connection; none: always up.',
    default: 'http',
  }),
  port: whole('port', 1, 65_535)
    .optional()
    .describe("Default: the type's own, 80 or 443; a tcp probe must name one."),
  host: meaningful(readHost)
    .optional()
    .describe("The Host header, and the name in the TLS handshake. Default: the pool's own name."),
  path: meaningful(readPath)
    .optional()
    .meta({ description: 'What to ask for; starts with a slash.', default: '/', pattern: '^/' }),
  expect: z
    .array(whole('status code', 100, 599))
    .min(1, { error: '"expect" is empty, expected at least one status code such as 200' })
    .optional()
    .meta({
      description: 'Status codes that count as good; redirects are not followed.',
      default: [200, 206],
    }),
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
