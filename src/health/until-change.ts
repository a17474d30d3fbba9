/**
 * How long an answer may be kept: until it could next change, as in gdnsd. That is the interval times the probes still
 * needed for a change, the minimum over the mirrors involved, between a floor and the configured TTL. Pure.
 */
import type { ProbeState } from './combine-states.js';
import { type CheckState, nextProbeIn } from './hysteresis.js';

/** Milliseconds until the verdict of a target with these checks could change; Infinity if nothing probes it. */
export function untilChange(checks: readonly ProbeState[], now: number): number {
  const down = checks.filter(({ state }) => state.verdict === 'down');
  // A target falls as soon as one check falls, and rises when the last one that is down has risen.
  if (down.length === 0) return Math.min(...checks.map((check) => untilTurn(check, now)));
  return Math.max(...down.map((check) => untilTurn(check, now)));
}

function untilTurn({ probe, state }: ProbeState, now: number): number {
  if (probe.type === 'none') return Infinity;
  const { verdict, streak, heldUntil } = state;
  const missing = Math.max(1, (verdict === 'down' ? probe.rise : probe.fall) - streak);
  const soonest = nextProbeIn(state, probe) * missing;
  return heldUntil === undefined ? soonest : Math.max(soonest, heldUntil - now);
}

/** Converts milliseconds to whole seconds, limited to between `floor` and `ceiling` seconds. */
export function ttlFor(ms: number, floor: number, ceiling: number): number {
  return Math.min(ceiling, Math.max(floor, Math.floor(Math.min(ms, ceiling * 1000) / 1000)));
}

/** Whether the time until the next change may differ between the two states. */
export function changesPace(before: CheckState, after: CheckState): boolean {
  return (
    before.streak !== after.streak ||
    before.heldUntil !== after.heldUntil ||
    before.suppressed !== after.suppressed
  );
}
