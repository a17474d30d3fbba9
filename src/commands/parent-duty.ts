/**
 * What must be done at the parent of a signed zone, and by when.
 */
import { keyStateAt } from '../dnssec/key-times.js';
import type { ZoneKeys } from '../dnssec/keys.js';
import { dsTtlOf, dueAtParent, nextKeyOf } from '../dnssec/roll.js';
import { rfc3339 } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';
import { dsText } from './parent-records.js';

export interface ParentDuty {
  /** The tags of keys whose DS must be there by now, or by `until`. */
  readonly must: readonly number[];
  /** The tags of other keys whose DS may be there. */
  readonly may: readonly number[];
  /** Milliseconds since 1970; absent: now. */
  readonly until?: number;
  /** The same in words, for people. */
  readonly text: readonly string[];
}

export function parentDuty(keys: ZoneKeys, now: number): ParentDuty {
  const { signing, published, withdrawn } = keyStateAt(keys, now);
  const line = (key: typeof signing): string => `  ${keys.zone}. IN DS ${dsText(keys.zone, key)}`;
  const tagsBut = (but: typeof signing): number[] =>
    published.filter((key) => key !== but).map(({ tag }) => tag);
  if (withdrawn) {
    return {
      must: [],
      may: published.map(({ tag }) => tag),
      text: [
        'the parent must remove all DS records, which CDS and CDNSKEY ask it to do;',
        `${formatSpan(dsTtlOf(keys))} after that, take "dnssec" out of the zone file`,
      ],
    };
  }
  const next = nextKeyOf(keys, now);
  const due = dueAtParent(keys, now);
  if (due !== undefined && due.old !== signing) {
    const { old, until } = due;
    return {
      must: [signing.tag],
      may: tagsBut(signing),
      until,
      text: [
        now < until
          ? `by ${rfc3339(until)} the parent must have this DS; that of key ${old.tag} may go as soon as it has:`
          : `the parent must have had this DS by ${rfc3339(until)}, and where it had not, resolvers refuse the zone from ${rfc3339(old.remove)} on, unless you write a later "remove" of key ${old.tag} into the file:`,
        line(signing),
      ],
    };
  }
  if (next !== undefined) {
    return {
      must: [signing.tag],
      may: tagsBut(signing),
      text: [
        `from now on the parent may have this DS beside that of key ${signing.tag}, from ${rfc3339(next.activate)} on in its place:`,
        line(next),
        ...(due === undefined ? [] : [`it must have it by ${rfc3339(due.until)}`]),
      ],
    };
  }
  return {
    must: [signing.tag],
    // Retired keys, whose DS the parent no longer needs.
    may: tagsBut(signing),
    text: ['the parent must have this DS and no other:', line(signing)],
  };
}
