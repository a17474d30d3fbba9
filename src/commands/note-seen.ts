/**
 * Notes in a zone's keys that its parent has the DS that it must have. The server asks no parent itself, and warns until that
 * is noted.
 */
import type { ZoneKeys } from '../dnssec/keys.js';
import { dueAtParent } from '../dnssec/roll.js';
import type { ParentServer } from './ask-parent.js';
import { verdictOn } from './parent-verdict.js';

export interface Note {
  /** The keys with the note. Absent: nothing is noted. */
  readonly keys?: ZoneKeys;
  /** One line, for people. */
  readonly text: string;
}

/** Goes by what all of the parent's servers answered at `now`, in milliseconds since 1970. */
export function noteSeen(keys: ZoneKeys, servers: readonly ParentServer[], now: number): Note {
  const due = dueAtParent(keys, now);
  if (due === undefined) return { text: 'nothing to note: no roll is waiting for the parent' };
  const { next } = due;
  const lacks = servers.some((each) => verdictOn(each, keys, { must: [next.tag] }, now) !== undefined);
  if (lacks) return { text: `not noted: not all of the parent's servers have the DS of key ${next.tag}` };
  const [first, ...more] = keys.keys.map((key) => (key === next ? { ...key, dsSeen: now } : key));
  if (first === undefined) throw new Error('there are no keys');
  return {
    keys: { ...keys, keys: [first, ...more] },
    text: `noted that the parent has the DS of key ${next.tag}: have the same file on all name servers of the zone, and reload each`,
  };
}
