/**
 * Finds the mirrors that an operator names: `ZONE/NAME`, or NAME if only one zone has it. NAME may be a glob. A glob too
 * must match mirrors of one zone only, or a `*` would empty all zones.
 */
import { GeopoolError } from '../platform/errors.js';
import { globMatcher } from '../zone/mirror-glob.js';
import type { Zone } from '../zone/model.js';

export interface MirrorName {
  readonly zone: string;
  readonly mirror: string;
}

/** The name as an operator may write it: `ZONE/NAME`. */
export function nameOf({ zone, mirror }: MirrorName): string {
  return `${zone}/${mirror}`;
}

/** Returns at least one. Throws REQUEST_REFUSED if no mirror has that name, or if mirrors of several zones have it. */
export function findMirrors(zones: readonly Zone[], text: string): readonly [MirrorName, ...MirrorName[]] {
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
  const matches = globMatcher(name);
  const found = candidates.flatMap((zone) =>
    zone.mirrors
      .filter((mirror) => matches(mirror.name))
      .map((mirror) => ({ zone: zone.name, mirror: mirror.name })),
  );
  const [first, ...others] = found;
  if (first === undefined) {
    const known = candidates.flatMap((zone) => zone.mirrors.map((mirror) => mirror.name));
    throw new GeopoolError('REQUEST_REFUSED', `${text}: no mirror has that name; there are ${list(known)}`);
  }
  if (others.some(({ zone }) => zone !== first.zone)) {
    const names = list(found.map(({ zone }) => `${zone}/${name}`));
    throw new GeopoolError(
      'REQUEST_REFUSED',
      `${text}: more than one zone has a mirror of that name; say which: ${names}`,
    );
  }
  return [first, ...others];
}

/** The first few of a list, in words. */
function list(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const shown = distinct.slice(0, 12).join(', ');
  return distinct.length > 12 ? `${shown} and ${distinct.length - 12} more` : shown;
}
