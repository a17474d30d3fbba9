/**
 * From what an operator calls a mirror to the mirror: `ZONE/NAME`, or NAME where only one zone has it.
 */
import { GeopoolError } from '../errors.js';
import type { Zone } from '../zone/model.js';

/** Throws REQUEST_REFUSED where no mirror, or more than one, has that name. */
export function findMirror(zones: readonly Zone[], text: string): { zone: string; mirror: string } {
  const slash = text.indexOf('/');
  const wantedZone = slash < 0 ? undefined : text.slice(0, slash).toLowerCase().replace(/\.$/, '');
  const name = text.slice(slash + 1);
  if (wantedZone !== undefined && !zones.some((zone) => zone.name === wantedZone)) {
    throw new GeopoolError(
      'REQUEST_REFUSED',
      `${text}: no zone ${wantedZone} is served; there are ${list(zones.map((zone) => zone.name))}`,
    );
  }
  const candidates = zones.filter((zone) => wantedZone === undefined || zone.name === wantedZone);
  const found = candidates.filter(({ mirrors }) => mirrors.some((mirror) => mirror.name === name));
  const [first] = found;
  if (first === undefined) {
    const known = candidates.flatMap((zone) => zone.mirrors.map((mirror) => mirror.name));
    throw new GeopoolError('REQUEST_REFUSED', `${text}: no mirror has that name; there are ${list(known)}`);
  }
  if (found.length > 1) {
    const names = list(found.map((zone) => `${zone.name}/${name}`));
    throw new GeopoolError(
      'REQUEST_REFUSED',
      `${text}: more than one zone has a mirror of that name; say which: ${names}`,
    );
  }
  return { zone: first.name, mirror: name };
}

/** The first few of a list, in words. */
function list(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const shown = distinct.slice(0, 12).join(', ');
  return distinct.length > 12 ? `${shown} and ${distinct.length - 12} more` : shown;
}
