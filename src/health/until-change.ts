/**
 * How long an answer may be kept: until it could next change, as gdnsd has it. Interval times the probes that are still
 * missing for a change, the least over the mirrors involved, between a floor and the configured TTL. Pure.
 */
import type { CheckStanding } from './combined.js';
import { nextProbeIn, type Standing } from './hysteresis.js';

/** Milliseconds until the verdict of a target with these checks could change; Infinity where nothing probes it. */
export function untilChange(checks: readonly CheckStanding[], now: number): number {
  const down = checks.filter(({ standing }) => standing.verdict === 'down');
  // It is out as soon as one falls, and back when the last has risen.
  if (down.length === 0) return Math.min(...checks.map((check) => untilTurn(check, now)));
  return Math.max(...down.map((check) => untilTurn(check, now)));
}

function untilTurn({ probe, standing }: CheckStanding, now: number): number {
  if (probe.type === 'none') return Infinity;
  const { verdict, streak, heldUntil } = standing;
  const missing = Math.max(1, (verdict === 'down' ? probe.rise : probe.fall) - streak);
  const soonest = nextProbeIn(standing, probe) * missing;
  return heldUntil === undefined ? soonest : Math.max(soonest, heldUntil - now);
}

/** Whole seconds for a time in milliseconds, between `floor` and `ceiling` seconds. */
export function ttlFor(ms: number, floor: number, ceiling: number): number {
  return Math.min(ceiling, Math.max(floor, Math.floor(Math.min(ms, ceiling * 1000) / 1000)));
}

/** Whether the two may give another time until a change. */
export function changesPace(before: Standing, after: Standing): boolean {
  return (
    before.streak !== after.streak ||
    before.heldUntil !== after.heldUntil ||
    before.withheld !== after.withheld
  );
}
