/**
 * The owner names of a file's pools and records. Names are case-insensitive, and names in a file are relative to the zone,
 * so two keys may mean the same name.
 */
import type { FaultList } from './faults.js';
import { readOwner } from './names.js';

/**
 * A section's values with their owner names, in the order of the file. A value is undefined if it is wrong in the file.
 */
export interface Owned<T> {
  /** As in the file. */
  readonly key: string;
  /** Absolute, lower case, no trailing dot. */
  readonly owner: string;
  readonly value: T | undefined;
}

/** The owner names of a section, each checked and different from the others. Without a `zone` they stay relative. */
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
