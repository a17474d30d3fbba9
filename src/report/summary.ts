/** A server in a few words: how many zones it has, and how many of the enabled addresses are up. */
import type { StatusReport } from '../control/status-report.js';
import { countOf } from '../platform/count-of.js';
import { isMissed } from './findings.js';

/** The number of enabled addresses, and of those that are up in every pool that they are in. */
export function addressesIn({ zones }: StatusReport): { readonly enabled: number; readonly up: number } {
  const isUp = new Map<string, boolean>();
  for (const { zone, pools } of zones) {
    for (const mirror of pools.flatMap(({ mirrors }) => mirrors)) {
      const key = `${zone} ${mirror.address}`;
      if (mirror.enabled) isUp.set(key, !isMissed(mirror) && isUp.get(key) !== false);
    }
  }
  return { enabled: isUp.size, up: [...isUp.values()].filter(Boolean).length };
}

/** `4 zones, 27 of 28 addresses up`. */
export function summaryOf(report: StatusReport): string {
  const { enabled, up } = addressesIn(report);
  const addresses = enabled === 1 ? '1 address' : `${enabled} addresses`;
  return `${countOf(report.zones.length, 'zone')}, ${up} of ${addresses} up`;
}
