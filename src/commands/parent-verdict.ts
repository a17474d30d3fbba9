/**
 * Whether a parent has the DS records that it should.
 */
import { createHash } from 'node:crypto';
import { keyStateAt } from '../dnssec/key-times.js';
import { dnskeyData, type ZoneKey, type ZoneKeys } from '../dnssec/keys.js';
import { rfc3339 } from '../platform/time.js';
import { encodeName } from '../wire/names.js';
import type { ParentDs, ParentServer } from './ask-parent.js';
import type { ParentDuty } from './parent-duty.js';

/** What is wrong with the DS records of one of the parent's servers; undefined if nothing is. */
export function verdictOn(
  { records, fault }: ParentServer,
  keys: ZoneKeys,
  { must, until = 0 }: Pick<ParentDuty, 'must' | 'until'>,
  now: number,
): string | undefined {
  if (records === undefined) return `not known: ${fault}`;
  const { published, withdrawn } = keyStateAt(keys, now);
  const isOf = (record: ParentDs): ZoneKey | undefined =>
    published.find((key) => digestsOf(keys.zone, key, record));
  const strays = records.filter((record) => isOf(record) === undefined);
  if (withdrawn) return records.length === 0 ? undefined : `it has ${tagsOf(records)} still`;
  if (records.length === 0) return 'it has no DS: nobody validates the zone';
  if (strays.length === records.length)
    return `it has ${tagsOf(records)} alone, which no key has: the zone is bogus`;
  if (strays.length > 0) return `it has ${tagsOf(strays)}, which no key has: take it away`;
  const missing = must.filter((tag) => !records.some((record) => isOf(record)?.tag === tag));
  if (missing.length === 0) return undefined;
  const deadline = until > now ? `, and must have it by ${rfc3339(until)}` : '';
  return `it has no DS of key ${missing.join(' and ')} yet${deadline}`;
}

function tagsOf(records: readonly ParentDs[]): string {
  return `DS ${[...new Set(records.map(({ tag }) => tag))].join(' and ')}`;
}

/** By the digest types of the IANA registry. A digest of an unknown type matches no key. */
const DIGESTS: ReadonlyMap<number, string> = new Map([
  [1, 'sha1'],
  [2, 'sha256'],
  [4, 'sha384'],
]);

function digestsOf(zone: string, key: ZoneKey, { tag, algorithm, digestType, digest }: ParentDs): boolean {
  const hash = DIGESTS.get(digestType);
  if (hash === undefined || tag !== key.tag || algorithm !== key.algorithm) return false;
  return createHash(hash).update(encodeName(zone)).update(dnskeyData(key)).digest('hex') === digest;
}
