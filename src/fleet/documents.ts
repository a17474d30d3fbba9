/**
 * What a member publishes. Its head is small, signed, and read by all the others twice a second; the bodies that it names
 * by their digests are fetched when those change. An instance that hands out anything else is found out by the signature or
 * by a digest, and costs no more than the octets that are bounded here.
 *
 *     head      signature (64 octets) ‖ JSON: member, sequence, stamp, digests …
 *     bodies    deflated JSON: a list of entries
 */
import { createHash, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import * as z from 'zod';
import { time } from '../state/state-kind.js';
import { isSignedBy, SIGNATURE_OCTETS, signed } from './member-key.js';

/** What a body holds. */
export const BODIES = ['verdicts', 'joint', 'overrides', 'challenges'] as const;
export type BodyName = (typeof BODIES)[number];

export const MOST_HEAD_OCTETS = 16 * 1024;
/** Deflated, and what it may become. */
export const MOST_BODY_OCTETS = 2 ** 20;
const MOST_INFLATED = 2 ** 23;
/** Of each body. */
export const MOST_ENTRIES = 20_000;
/** Milliseconds that a stamp may be ahead of this host's clock, or behind it. */
export const MOST_APART = 600_000;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const counter = z.int().nonnegative();

const headSchema = z.object({
  member: z.string().max(255),
  /** Only grows: a start, in milliseconds, and what was published since. */
  sequence: z.tuple([counter, counter]),
  stamp: time,
  bodies: z.object({ verdicts: digest, joint: digest, overrides: digest, challenges: digest }),
  /** Pools, as `FAMILY OWNER`, that it does not judge now. */
  abstains: z.array(z.string().max(300)).max(MOST_ENTRIES),
  /** Hashes of what it serves from. */
  zones: digest,
  databases: digest,
});

export type Head = z.output<typeof headSchema>;
export type Sequence = Head['sequence'];

const key = z.string().max(600);
const verdict = z.enum(['up', 'down']);

/** What a member sees of an address itself. */
const verdictSchema = z.object({
  key,
  verdict,
  since: time,
  cause: z.string().max(500).exactOptional(),
  /** When it probed last. */
  probed: time.exactOptional(),
});
const jointSchema = z.object({ key, verdict, since: time });
/** What an operator said on any member. */
const entry = {
  /** A hybrid logical clock: milliseconds, and a count within them. */
  stamp: z.tuple([time, counter]),
  /** Who said it first. */
  member: z.string().max(255),
};
const by = z.string().max(100).exactOptional();
const overrideSchema = z.object({
  ...entry,
  zone: z.string().max(255),
  mirror: z.string().max(255),
  /** Absent: it was taken back. */
  said: z
    .object({
      reason: z.string().max(1000),
      since: time,
      until: time.exactOptional(),
      by,
      /** Also where a pool is empty then, or in panic. */
      force: z.literal(true).exactOptional(),
    })
    .exactOptional(),
});
/** As a member passes them on: on it, they do not hold. */
const withheld = z.literal(true).exactOptional();
const passedOverrideSchema = overrideSchema.extend({ withheld });
const challengeSchema = z.object({
  ...entry,
  name: z.string().max(255),
  token: z.string().max(255),
  /** Absent: it was taken back. */
  said: z.object({ since: time, until: time, by }).exactOptional(),
});
const passedChallengeSchema = challengeSchema.extend({ withheld });

export type SeenVerdict = z.output<typeof verdictSchema>;
export type LastJoint = z.output<typeof jointSchema>;
export type SharedOverride = z.output<typeof overrideSchema>;
export type SharedChallenge = z.output<typeof challengeSchema>;
export type PassedOverride = z.output<typeof passedOverrideSchema>;
export type PassedChallenge = z.output<typeof passedChallengeSchema>;
export type Stamp = SharedOverride['stamp'];

/** State files have them too. */
export { challengeSchema, jointSchema, overrideSchema };

export interface Bodies {
  readonly verdicts: readonly SeenVerdict[];
  readonly joint: readonly LastJoint[];
  readonly overrides: readonly PassedOverride[];
  readonly challenges: readonly PassedChallenge[];
}

const BODY_SCHEMAS: { readonly [N in BodyName]: z.ZodType<Bodies[N]> } = {
  verdicts: z.array(verdictSchema).max(MOST_ENTRIES),
  joint: z.array(jointSchema).max(MOST_ENTRIES),
  overrides: z.array(passedOverrideSchema).max(MOST_ENTRIES),
  challenges: z.array(passedChallengeSchema).max(MOST_ENTRIES),
};

/** Why a head or a body is not taken, in words. */
export interface Refused {
  readonly refused: string;
}

/** Of pools that it abstains from it names as many as there is room for: its verdicts have none of them anyway. */
export function sealHead(head: Head, key: KeyObject): Buffer {
  let room = MOST_HEAD_OCTETS / 2;
  const abstains = head.abstains.filter((pool) => {
    room -= Buffer.byteLength(JSON.stringify(pool)) + 1;
    return room >= 0;
  });
  const payload = Buffer.from(JSON.stringify({ ...head, abstains }));
  return Buffer.concat([signed(payload, key), payload]);
}

/** The head in these octets of `member`, whose key that is; `now` by this host's clock. Never throws. */
export function openHead(octets: Buffer, member: string, key: KeyObject, now: number): Head | Refused {
  if (octets.length > MOST_HEAD_OCTETS) return { refused: 'its head is too large' };
  const payload = octets.subarray(SIGNATURE_OCTETS);
  if (!isSignedBy(payload, octets.subarray(0, SIGNATURE_OCTETS), key))
    return { refused: 'not signed by its key' };
  const head = headSchema.safeParse(parseJson(payload)).data;
  if (head === undefined)
    return { refused: 'its head makes no sense here: is its geopool of another version?' };
  if (head.member !== member) return { refused: `it calls itself ${JSON.stringify(head.member)}` };
  const apart = head.stamp - now;
  if (Math.abs(apart) > MOST_APART) {
    return {
      refused: `its clock is ${Math.round(Math.abs(apart) / 1000)} s ${apart > 0 ? 'ahead of' : 'behind'} this one's, or what it said is old`,
    };
  }
  return head;
}

export interface Packed {
  readonly digest: string;
  readonly octets: Buffer;
}

const deflate = promisify(deflateRaw);
const inflate: (octets: Buffer, options: { maxOutputLength: number }) => Promise<Buffer> =
  promisify(inflateRaw);

export async function packBody(entries: readonly unknown[]): Promise<Packed> {
  const octets = await deflate(JSON.stringify(entries));
  return { digest: digestOf(octets), octets };
}

/** The entries of a body that has that digest. Never rejects. */
export async function unpackBody<N extends BodyName>(
  name: N,
  octets: Buffer,
  expected: string,
): Promise<Bodies[N] | Refused> {
  if (octets.length > MOST_BODY_OCTETS) return { refused: `its ${name} are too large` };
  if (digestOf(octets) !== expected) return { refused: `its ${name} are not what it signed` };
  const schema: z.ZodType<Bodies[N]> = BODY_SCHEMAS[name];
  try {
    const entries = schema.safeParse(
      parseJson(await inflate(octets, { maxOutputLength: MOST_INFLATED })),
    ).data;
    if (entries !== undefined) return entries;
  } catch {
    // It is no deflated text, or too large a one.
  }
  return { refused: `its ${name} make no sense here: is its geopool of another version?` };
}

/** Where instances have it. */
export function keyFor(member: string, part: BodyName | 'head'): string {
  return `geopool:${member}:${part}`;
}

/** Whether a sequence comes after another. */
export function isLater([start, count]: Sequence, [otherStart, otherCount]: Sequence): boolean {
  return start > otherStart || (start === otherStart && count > otherCount);
}

export function digestOf(octets: string | Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex');
}

export function isRefused(read: object): read is Refused {
  return 'refused' in read;
}

function parseJson(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString('utf8'));
  } catch {
    return undefined;
  }
}
