/** Lists in which each item may occur only once. */
import type { FaultList } from './faults.js';
import type { Path } from './tree.js';

/** Reports the items of the list at `path` that occurred before. */
export function checkRepeats(
  path: Path,
  items: readonly (string | number)[] | undefined,
  faults: FaultList,
): void {
  const seen = new Set<string | number>();
  items?.forEach((item, i) => {
    if (seen.has(item)) faults.atValue([...path, i], `${item} is listed twice`);
    seen.add(item);
  });
}
