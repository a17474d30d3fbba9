/**
 * The number of a group of this host, by its name: Node has no call for it.
 */
import { readFileSync } from 'node:fs';

/** The group's number; undefined where there is no such group, or no list of them. */
export function groupId(name: string, file = '/etc/group'): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  for (const line of text.split('\n')) {
    const [group, , id] = line.split(':');
    if (group === name && id !== undefined) return Number(id);
  }
  return undefined;
}
