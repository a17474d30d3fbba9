/** Whether expressions of Prometheus ask for metrics that geopool has. */
import { METRIC_FAMILIES } from '../../src/http/families.js';

const DELAYS = ['bucket', 'count', 'sum'].map((part) => `geopool_event_loop_delay_seconds_${part}`);

/** Words that begin as metrics do, and are none. */
export function unknownMetrics(expressions: readonly string[]): string[] {
  const known = new Set([...METRIC_FAMILIES.map(({ name }) => name), ...DELAYS]);
  const named = expressions.flatMap((text) => text.match(/\b(?:geopool|process)_[a-z_]+\b|\bup\b/g) ?? []);
  return [...new Set(named)].filter((name) => !known.has(name));
}
