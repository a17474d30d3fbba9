/** What the checks of records against one another use. */
import type { Owned } from './owners.js';
import type { PlacedRrset } from './rrsets.js';
import type { Path } from './tree.js';

/** Owners of pools and records include those whose values are wrong. */
export interface RecordContext {
  /** Undefined if the zone's own name is wrong; owner names are then relative. */
  readonly zone: string | undefined;
  readonly ns: readonly string[];
  readonly pools: readonly Owned<unknown>[];
  readonly owners: readonly Owned<unknown>[];
  readonly rrsets: readonly PlacedRrset[];
}

/** The CNAME of each owner name that has one. */
export type Aliases = ReadonlyMap<string, { readonly path: Path; readonly target: string }>;

export function aliasesOf(rrsets: readonly PlacedRrset[]): Aliases {
  const aliases = new Map<string, { path: Path; target: string }>();
  for (const { owner, path, data } of rrsets) {
    const [first] = data;
    if (first?.type === 'CNAME') aliases.set(owner, { path, target: first.target });
  }
  return aliases;
}
