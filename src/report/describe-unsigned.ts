/** A zone that was signed and became unsigned too early, in words. */
import type { UnsignedReport } from '../control/status-report.js';

/** In one line. */
export function describeUnsigned({ zone, since, until }: UnsignedReport): string {
  return `${zone} is unsigned since ${since}, and resolvers that know a DS of it refuse it, until ${until} at least and as long as the parent has one: put "dnssec" back into its file, and see geopool dnssec withdraw`;
}
