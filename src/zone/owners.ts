/**
 * The owner names of a file's pools and records. Letters of either case are the same name, and names in a file are
 * relative to the zone, so that two keys may well mean one name.
 */
import type { FaultList } from './faults.js';
import { readOwner } from './names.js';

/** A section's values with their owner names; a value is undefined where the file's is wrong. In the file's order. */
export interface Owned<T> {
  /** As the file has it. */
  readonly key: string;
  /** Absolute, lower case, no trailing dot. */
  readonly owner: string;
  readonly value: T | undefined;
}

/** The owner names of a section, each checked and unlike the others. Without a `zone` they stay relative. */
export function ownersOf<T>(
  section: 'pools' | 'records',
  values: Readonly<Record<string, T>> | undefined,
  zone: string | undefined,
  faults: FaultList,
): readonly Owned<T>[] {
  const known = new Map(Object.entries(values ?? {}));
  const owned = new Map<string, Owned<T>>();
  for (const key of faults.keysAt([section])) {
    const owner = readOwner(key, zone, section === 'records');
    if (typeof owner !== 'string') {
      faults.atKey([section, key], owner.fault);
      continue;
    }
    const first = owned.get(owner);
    if (first === undefined) owned.set(owner, { key, owner, value: known.get(key) });
    else {
      const { line } = faults.position([section, first.key], 'key');
      faults.atKey([section, key], `"${key}" is the same name as "${first.key}" at line ${line}`);
    }
  }
  return [...owned.values()];
}
