/**
 * Groups of this host, by name and by number: Node has no call for that.
 */
import { readFileSync } from 'node:fs';

/** The group's number; undefined if there is no such group, or no list of groups. */
export function groupId(name: string, file = '/etc/group'): number | undefined {
  const id = groupsIn(file).find(([group]) => group === name)?.[2];
  return id === undefined ? undefined : Number(id);
}

/** The group's name; undefined likewise. */
export function groupName(id: number, file = '/etc/group'): string | undefined {
  return groupsIn(file).find(([, , number]) => number === String(id))?.[0];
}

function groupsIn(file: string): readonly (readonly string[])[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}
