/**
 * What this member publishes, signed. It is rebuilt when something in it has changed, and otherwise every ten seconds, so
 * that the others keep counting this member.
 */
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../platform/clock.js';
import {
  BODIES,
  type Bodies,
  type BodyName,
  type Head,
  isLater,
  isRefused,
  keyFor,
  openHead,
  type Packed,
  packBody,
  type SeenVerdict,
  type Sequence,
  sealHead,
} from './documents.js';

export interface Publication extends Pick<Head, 'abstains' | 'zones' | 'databases'> {
  readonly bodies: Bodies;
}

/** The document as stored on instances, by key. */
export interface SealedDocument {
  readonly values: readonly (readonly [key: string, value: Buffer])[];
  /** When it was made, by the monotonic clock. */
  readonly at: number;
}

export interface OwnDocument {
  /** The document to publish now. */
  current(): Promise<SealedDocument>;
  /** The contents have changed. */
  change(): void;
  /** Whether there is a newer document than this. */
  isBehind(has: SealedDocument | undefined): boolean;
  /**
   * An instance holds this head of ours. If it is later than ours, because an earlier process of this member published it
   * and the clock has been set back since, continues from there and returns true.
   */
  goBeyond(head: Buffer, publicKey: KeyObject): boolean;
}

export interface OwnDocumentOptions {
  readonly name: string;
  readonly key: KeyObject;
  readonly contents: () => Publication;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

const REFRESH_MS = 10_000;

export function createOwnDocument({ name, key, contents, clock }: OwnDocumentOptions): OwnDocument {
  let sequence: Sequence = [Math.max(0, clock.now()), 0];
  let changed = true;
  let making: Promise<SealedDocument> | undefined;
  let made: SealedDocument | undefined;

  async function make(): Promise<SealedDocument> {
    changed = false;
    const { bodies, ...rest } = contents();
    const packed = await Promise.all(
      BODIES.map(async (body): Promise<[BodyName, Packed]> => {
        const whole = await packBody(bodies[body]);
        // The causes of thousands of falls may be too much. Only people read them; the verdicts count.
        const fitting =
          body === 'verdicts' && !whole.fits ? await packBody(bodies.verdicts.map(withoutCause)) : whole;
        return [body, fitting];
      }),
    );
    const digests = { verdicts: '', joint: '', overrides: '', challenges: '' };
    for (const [body, { digest }] of packed) digests[body] = digest;
    sequence = [sequence[0], sequence[1] + 1];
    const head = sealHead({ member: name, sequence, stamp: clock.now(), bodies: digests, ...rest }, key);
    made = {
      values: [
        ...packed.map(([body, { octets }]) => [keyFor(name, body), octets] as const),
        [keyFor(name, 'head'), head],
      ],
      at: clock.monotonic(),
    };
    return made;
  }

  return {
    current() {
      if (making !== undefined) return making;
      const isFresh = !changed && made !== undefined && clock.monotonic() - made.at < REFRESH_MS;
      if (isFresh && made !== undefined) return Promise.resolve(made);
      making = make().finally(() => {
        making = undefined;
      });
      return making;
    },
    change() {
      changed = true;
    },
    isBehind: (has) => changed || has !== made,
    goBeyond(octets, publicKey) {
      const head = openHead(octets, name, publicKey, clock.now());
      if (isRefused(head) || !isLater(head.sequence, sequence)) return false;
      sequence = [head.sequence[0] + 1, 0];
      changed = true;
      return true;
    },
  };
}

function withoutCause({ cause, ...verdict }: SeenVerdict): SeenVerdict {
  return verdict;
}
