/**
 * Groups of this host, by name and by number, and the files of users and groups: Node has no calls for them.
 */
import { readFileSync } from 'node:fs';

/** The group's number; undefined if there is no such group, or no list of groups. */
export function groupId(name: string, file = '/etc/group'): number | undefined {
  const id = linesIn(file).find(([group]) => group === name)?.[2];
  return id === undefined ? undefined : Number(id);
}

/** The group's name; undefined likewise. */
export function groupName(id: number, file = '/etc/group'): string | undefined {
  return linesIn(file).find(([, , number]) => number === String(id))?.[0];
}

/** The fields of each line; none if there is no such file. */
export function linesIn(file: string): readonly (readonly string[])[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}
