/** Resolves the names of mirrors and globs in lists to mirrors. */
import type { FaultList } from './faults.js';
import { globMatcher, isGlob } from './mirror-glob.js';
import { hintAt } from './suggest.js';
import type { Path } from './tree.js';

/** The mirrors of the zone that a name or glob matches. If it matches none, that is a fault of the value at `path`. */
export function mirrorsMeant(glob: string, path: Path, faults: FaultList): readonly string[] {
  const known = faults.keysAt(['mirrors']);
  const meant = known.filter(globMatcher(glob));
  if (meant.length === 0) {
    const hint = isGlob(glob) ? '' : hintAt(glob, known);
    faults.atValue(path, `"${glob}" is not a mirror of this zone${hint}`);
  }
  return meant;
}
