/**
 * What a member publishes. The head is small, signed, and read by all other members twice a second. The bodies, which it
 * names by their digests, are fetched when those change. If an instance serves anything else, the signature or a digest
 * reveals it, and the damage is limited to the bounded number of octets read.
 *
 *     head      signature (64 octets) ‖ JSON: member, sequence, stamp, digests …
 *     bodies    deflated JSON: a list of entries
 */
import { createHash, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import * as z from 'zod';
import { inSlices } from '../platform/in-slices.js';
import { parseJson, time } from '../state/state-kind.js';
import { isSignedBy, SIGNATURE_OCTETS, signed } from './member-key.js';

/** The bodies of a document. */
export const BODIES = ['verdicts', 'joint', 'overrides', 'challenges'] as const;
export type BodyName = (typeof BODIES)[number];

export const MOST_HEAD_OCTETS = 16 * 1024;
/** The size of a body deflated, and the limit when it is inflated. */
export const MOST_BODY_OCTETS = 2 ** 20;
const MOST_INFLATED = 2 ** 23;
/** Per body. */
export const MOST_ENTRIES = 20_000;
/** Milliseconds that a stamp may be ahead of this host's clock, or behind it. */
export const MOST_APART = 600_000;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const counter = z.int().nonnegative();

const headSchema = z.object({
  member: z.string().max(255),
  /** Only grows: the start of the process in milliseconds, and the number of documents published since. */
  sequence: z.tuple([counter, counter]),
  stamp: time,
  bodies: z.object({ verdicts: digest, joint: digest, overrides: digest, challenges: digest }),
  /** Pools, as `FAMILY OWNER`, that it does not judge now. */
  abstains: z.array(z.string().max(300)).max(MOST_ENTRIES),
  /** Hashes of the data that it serves. */
  zones: digest,
  databases: digest,
});

export type Head = z.output<typeof headSchema>;
export type Sequence = Head['sequence'];

const key = z.string().max(600);
const verdict = z.enum(['up', 'down']);

/** A member's own verdict on an address. */
const verdictSchema = z.object({
  key,
  verdict,
  since: time,
  cause: z.string().max(500).exactOptional(),
  /** When it last probed the address. */
  probed: time.exactOptional(),
});
const jointSchema = z.object({ key, verdict, since: time });
/** What an operator entered on any member. */
const entry = {
  /** A hybrid logical clock: milliseconds, and a count within them. */
  stamp: z.tuple([time, counter]),
  /** The member on which it was entered. */
  member: z.string().max(255),
};
const by = z.string().max(100).exactOptional();
const overrideSchema = z.object({
  ...entry,
  zone: z.string().max(255),
  mirror: z.string().max(255),
  /** Absent: it was revoked. */
  said: z
    .object({
      reason: z.string().max(1000),
      since: time,
      until: time.exactOptional(),
      by,
      /** Applies even if that leaves a pool empty or in panic. */
      force: z.literal(true).exactOptional(),
    })
    .exactOptional(),
});
/** Set on an entry that the member passes on but does not apply itself. */
const withheld = z.literal(true).exactOptional();
const passedOverrideSchema = overrideSchema.extend({ withheld });
const challengeSchema = z.object({
  ...entry,
  name: z.string().max(255),
  token: z.string().max(255),
  /** Absent: it was revoked. */
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

/** State files use these too. */
export { challengeSchema, jointSchema, overrideSchema };

export interface Bodies {
  readonly verdicts: readonly SeenVerdict[];
  readonly joint: readonly LastJoint[];
  readonly overrides: readonly PassedOverride[];
  readonly challenges: readonly PassedChallenge[];
}

const READERS: { readonly [N in BodyName]: (list: unknown) => Generator<void, Bodies[N] | undefined> } = {
  verdicts: readerOf(verdictSchema),
  joint: readerOf(jointSchema),
  overrides: readerOf(passedOverrideSchema),
  challenges: readerOf(passedChallengeSchema),
};

/** Reads a list of entries one by one, as there may be thousands; undefined if it is not one, or too long. */
function readerOf<E>(schema: z.ZodType<E>) {
  return function* (list: unknown): Generator<void, readonly E[] | undefined> {
    if (!Array.isArray(list) || list.length > MOST_ENTRIES) return undefined;
    const entries: E[] = [];
    for (const each of list) {
      yield;
      const { data } = schema.safeParse(each);
      if (data === undefined) return undefined;
      entries.push(data);
    }
    return entries;
  };
}

/** Why a head or a body is rejected, in words. */
export interface Refused {
  readonly refused: string;
}

/** Names only as many abstained pools as there is room for. The member's verdicts contain none of those pools anyway. */
export function sealHead(head: Head, key: KeyObject): Buffer {
  let room = MOST_HEAD_OCTETS / 2;
  const abstains = head.abstains.filter((pool) => {
    room -= Buffer.byteLength(JSON.stringify(pool)) + 1;
    return room >= 0;
  });
  const payload = Buffer.from(JSON.stringify({ ...head, abstains }));
  return Buffer.concat([signed(payload, key), payload]);
}

/** Opens the head of `member`, whose public key is `key`; `now` is this host's clock. Never throws. */
export function openHead(octets: Buffer, member: string, key: KeyObject, now: number): Head | Refused {
  if (octets.length > MOST_HEAD_OCTETS) return { refused: 'its head is too large' };
  const payload = octets.subarray(SIGNATURE_OCTETS);
  if (!isSignedBy(payload, octets.subarray(0, SIGNATURE_OCTETS), key))
    return { refused: 'not signed by its key' };
  const head = headSchema.safeParse(parseJson(payload.toString('utf8'))).data;
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
  /** Whether other members accept a body of this size. */
  readonly fits: boolean;
}

const deflate: (octets: Buffer) => Promise<Buffer> = promisify(deflateRaw);
const inflate: (octets: Buffer, options: { maxOutputLength: number }) => Promise<Buffer> =
  promisify(inflateRaw);

export async function packBody(entries: readonly unknown[]): Promise<Packed> {
  const text = Buffer.from(JSON.stringify(entries));
  const octets = await deflate(text);
  const fits = octets.length <= MOST_BODY_OCTETS && text.length <= MOST_INFLATED;
  return { digest: digestOf(octets), octets, fits };
}

/** The entries of the body, which must have the expected digest. Never rejects. */
export async function unpackBody<N extends BodyName>(
  name: N,
  octets: Buffer,
  expected: string,
): Promise<Bodies[N] | Refused> {
  if (octets.length > MOST_BODY_OCTETS) return { refused: `its ${name} are too large` };
  if (digestOf(octets) !== expected) return { refused: `its ${name} are not what it signed` };
  const read: (list: unknown) => Generator<void, Bodies[N] | undefined> = READERS[name];
  try {
    const inflated = await inflate(octets, { maxOutputLength: MOST_INFLATED });
    const entries = await inSlices(read(parseJson(inflated.toString('utf8'))));
    if (entries !== undefined) return entries;
  } catch {
    // It is not deflated data, or too large.
  }
  return { refused: `its ${name} make no sense here: is its geopool of another version?` };
}

/** The key under which instances store it. */
export function keyFor(member: string, part: BodyName | 'head'): string {
  return `geopool:${member}:${part}`;
}

/** Whether the first sequence comes after the second. */
export function isLater([start, count]: Sequence, [otherStart, otherCount]: Sequence): boolean {
  return start > otherStart || (start === otherStart && count > otherCount);
}

export function digestOf(octets: string | Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex');
}

export function isRefused(read: object): read is Refused {
  return 'refused' in read;
}
