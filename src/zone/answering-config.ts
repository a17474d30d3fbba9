/**
 * The keys of geopool.yaml that apply to all answers, whatever the zone: how many answers a client gets, how clients prove
 * that their address is not forged, and what the server says about itself (nothing by default).
 */
import * as z from 'zod';
import type { Prefix } from '../ip/prefix.js';
import { readNetwork } from './addresses.js';
import type { FaultList } from './faults.js';
import { meaningful, oneOrMore, whole } from './fields.js';
import type { TextFault } from './text-fault.js';

export interface AnsweringConfig {
  readonly rateLimit: RateLimitConfig;
  readonly cookies: CookieConfig;
  /** The content of NSID (RFC 5001). Undefined: none. */
  readonly nsid?: string;
  readonly chaos: ChaosConfig;
}

/** Response rate limiting over UDP. */
export interface RateLimitConfig {
  readonly enabled: boolean;
  /** Answers per second for one address. */
  readonly rate: number;
  /** Answers that one address may get at once. */
  readonly burst: number;
  /** One of this many answers over the limit is sent, truncated. 0: none. */
  readonly slip: number;
  /** Only count, do not limit. */
  readonly dryRun: boolean;
  /** Networks that are never limited. */
  readonly exempt: readonly Prefix[];
  /** The number of networks that can be tracked at once; a power of two. */
  readonly tableSize: number;
}

/** DNS cookies (RFC 7873). */
export interface CookieConfig {
  readonly enabled: boolean;
  /** The path of the file of secrets. Undefined: the server makes its own. */
  readonly secretFile?: string;
  /** Over UDP, a client cookie without a good server cookie gets BADCOOKIE instead of an answer. */
  readonly required: boolean;
}

/** The answers to TXT queries of class CHAOS. Undefined: the query is refused. */
export interface ChaosConfig {
  /** For version.bind and version.server. */
  readonly version?: string;
  /** For id.server and hostname.bind (RFC 4892). */
  readonly id?: string;
}

const MAX_RATE = 1_000_000;
/** The longest burst that the table's times can hold (MAX_BURST_SECONDS of src/answer/rate-limit.ts). */
const MAX_BURST_SECONDS = 60;
const MIN_TABLE = 1024;
const MAX_TABLE = 1 << 24;
/** The maximum length of a text about the server, in octets, so that every answer about it fits into 512 octets. */
const MAX_TEXT = 128;
/** Queries over loopback come from the operator, who is trying or measuring the server. */
const DEFAULT_EXEMPT = ['127.0.0.0/8', '::1/128'];

const flag = (key: string) => z.boolean({ error: `"${key}" must be true or false` });

/** A text that is sent unchanged. */
function readServerText(text: string): string | TextFault {
  const octets = Buffer.byteLength(text);
  if (octets >= 1 && octets <= MAX_TEXT && /^\P{Cc}*$/u.test(text)) return text;
  return { fault: `a text of ${octets} octets, expected 1 to ${MAX_TEXT} without control characters` };
}

/** The keys, for the schema of geopool.yaml. */
export const answeringKeys = {
  rate_limit: z
    .strictObject({
      enabled: flag('enabled').default(true),
      rate: whole('rate', 1, MAX_RATE).default(50),
      burst: whole('burst', 1, MAX_RATE).default(125),
      slip: whole('slip', 0, 100).default(1),
      dry_run: flag('dry_run').default(false),
      exempt: oneOrMore(meaningful(readNetwork)).prefault(DEFAULT_EXEMPT),
      table_size: whole('table_size', MIN_TABLE, MAX_TABLE).default(65_536),
    })
    .prefault({}),
  cookies: z
    .strictObject({
      enabled: flag('enabled').default(true),
      secret_file: z.string().min(1, { error: '"secret_file" is empty, expected a path' }).optional(),
      required: flag('required').default(false),
    })
    .prefault({}),
  nsid: meaningful(readServerText).optional(),
  chaos: z
    .strictObject({
      version: meaningful(readServerText).optional(),
      id: meaningful(readServerText).optional(),
    })
    .prefault({}),
};

const answeringSchema = z.strictObject(answeringKeys);
type AnsweringDraft = z.output<typeof answeringSchema>;

/** Reports values that do not fit together. */
export function checkAnswering({ rate_limit }: Pick<AnsweringDraft, 'rate_limit'>, faults: FaultList): void {
  const { rate, burst } = rate_limit;
  if (burst <= rate * MAX_BURST_SECONDS) return;
  const message = `burst ${burst} is more than ${MAX_BURST_SECONDS} seconds of ${rate} a second, expected at most ${rate * MAX_BURST_SECONDS}`;
  const path = ['rate_limit', faults.has(['rate_limit', 'burst']) ? 'burst' : 'rate'];
  faults.atValue(path, message);
}

/** What applies if the config says nothing. */
export const DEFAULT_ANSWERING: AnsweringConfig = answeringOf(answeringSchema.parse({}));

/** The config that the keys make. */
export function answeringOf(draft: AnsweringDraft): AnsweringConfig {
  const { rate_limit, cookies, nsid, chaos } = draft;
  const { dry_run: dryRun, table_size, ...terms } = rate_limit;
  const { secret_file: secretFile, ...policy } = cookies;
  return {
    rateLimit: { ...terms, dryRun, tableSize: 2 ** Math.ceil(Math.log2(table_size)) },
    cookies: { ...policy, ...(secretFile !== undefined && { secretFile }) },
    ...(nsid !== undefined && { nsid }),
    chaos: {
      ...(chaos.version !== undefined && { version: chaos.version }),
      ...(chaos.id !== undefined && { id: chaos.id }),
    },
  };
}
