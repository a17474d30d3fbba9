/**
 * The static RRsets of a zone, each with its place in the file, so that checks of one against another can point at it.
 */
import type { FaultList } from './faults.js';
import type { StaticRrset } from './model.js';
import { wireLength } from './names.js';
import { isOperatorKey } from './operator-keys.js';
import type { Owned } from './owners.js';
import { octetsOf, RECORD_FORMS, writtenType } from './record-forms.js';
import type { RecordData } from './record-text.js';
import { rawTypeNumber } from './record-types.js';
import { isTextFault, type TextFault } from './text-fault.js';
import type { Path } from './tree.js';

/** A message has 65,535 octets. The header, the question and what the server adds need some of them. */
const MAX_RRSET = 60_000;

/** An RRset and the path of its type in the file. */
export interface PlacedRrset extends StaticRrset {
  readonly path: Path;
}

/** One owner's records as the schema reads them: `ttl`, and data by type. */
export type OwnerRecords = Readonly<Record<string, number | readonly RecordData[] | undefined>>;

/** Refuses keys under `records` that are not record types. Runs before the schema, which takes such keys for raw types. */
export function checkRecordTypes(faults: FaultList): void {
  for (const owner of faults.keysAt(['records'])) {
    for (const key of faults.keysAt(['records', owner])) {
      if (key === 'ttl' || isWritten(key)) continue;
      if (isOperatorKey(key)) {
        faults.ignoreKey(['records', owner, key]);
        continue;
      }
      const number = rawTypeNumber(key);
      if (isTextFault(number)) faults.refuseKey(['records', owner, key], number.fault);
    }
  }
}

/** All RRsets. Faults within a single RRset go to `faults`. */
export function rrsetsOf(owned: readonly Owned<OwnerRecords>[], faults: FaultList): readonly PlacedRrset[] {
  return owned.flatMap(({ key, owner, value }) => {
    if (value === undefined) return [];
    const path = ['records', key];
    const ttl = typeof value.ttl === 'number' ? value.ttl : 0;
    const rrsets = new Map<string, PlacedRrset>();
    for (const [name, data] of Object.entries(value)) {
      const type = isWritten(name) ? name : nameOfType(rawTypeNumber(name));
      if (name === 'ttl' || typeof data !== 'object' || type === null) continue;
      const first = rrsets.get(type);
      if (first === undefined) rrsets.set(type, { owner, type, ttl, data, path: [...path, name] });
      else faults.atKey([...path, name], `${name} is the same type as ${first.path[2]}: write one of them`);
    }
    if (rrsets.size === 0 && !faults.isFaulty(path)) faults.atKey(path, `"${key}" holds no records`);
    for (const rrset of rrsets.values()) checkData(rrset, faults);
    return [...rrsets.values()];
  });
}

function checkData({ owner, data, path }: PlacedRrset, faults: FaultList): void {
  if (data.length === 0 && !faults.isFaulty(path)) {
    faults.atKey(path, `"${path[2]}" is empty, expected at least one record`);
  }
  const seen = new Set<string>();
  data.forEach((record, i) => {
    // RFC 2181 §5 forbids two records of equal data.
    const text = Buffer.from(octetsOf(record)).toString('hex');
    if (seen.has(text)) faults.atValue([...path, i], 'this record is listed twice');
    seen.add(text);
  });
  // Before its data, each record has the owner name and ten octets of type, class, TTL and length (RFC 1035 §3.2.1).
  const octets = data.reduce((sum, record) => sum + wireLength(owner) + 10 + octetsOf(record).length, 0);
  if (octets > MAX_RRSET) {
    faults.atKey(path, `the records take ${octets} octets, the most that fit a message are ${MAX_RRSET}`);
  }
}

function isWritten(key: string): boolean {
  return Object.keys(RECORD_FORMS).includes(key);
}

function nameOfType(number: number | TextFault): string | null {
  return isTextFault(number) ? null : (writtenType(number) ?? `TYPE${number}`);
}
