/** Picks DNSViz's findings from its whole output. */

/** All that is said under one of the keys, wherever it stands. */
export function saidUnder(keys: readonly string[], value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    keys.includes(key) ? [JSON.stringify(below)] : saidUnder(keys, below),
  );
}
