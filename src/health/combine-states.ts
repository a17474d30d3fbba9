/**
 * Combines the states of a target's checks into its own: a target is up if all of its checks are. Pure.
 */

import { describeProbe, type Probe } from '../zone/probe-forms.js';
import type { CheckState, ProbeRecord } from './hysteresis.js';

/** One probe of a target and its state. */
export interface ProbeState {
  readonly probe: Probe;
  readonly state: CheckState;
  /** Added at a reload and has not yet succeeded. */
  readonly pending: boolean;
  /** Why it could not be probed the last time, through no fault of the mirror. */
  readonly notProbed?: string;
}

/**
 * The state of a target with these checks, at least one: down, with the cause of the first check that is down;
 * otherwise unknown while one is unknown; otherwise up. Its streak is the longest of its checks, its last probe the
 * latest. `before` is its previous state: if the verdict is unchanged, so is `since`.
 */
export function combineStates(checks: readonly ProbeState[], before?: CheckState): CheckState {
  const of = (verdict: CheckState['verdict']) => checks.filter(({ state }) => state.verdict === verdict);
  const [down, unknown] = [of('down'), of('unknown')];
  const [first] = down;
  const verdict = first !== undefined ? 'down' : unknown.length > 0 ? 'unknown' : 'up';
  const since =
    before?.verdict === verdict
      ? before.since
      : verdict === 'up'
        ? Math.max(...checks.map(({ state }) => state.since))
        : Math.min(...(verdict === 'down' ? down : unknown).map(({ state }) => state.since));
  const lastProbe = latest(checks);
  const held = Math.max(0, ...down.map(({ state: { heldUntil = 0 } }) => heldUntil));
  const returned = Math.max(0, ...checks.map(({ state }) => state.returned ?? 0));
  const cause = first === undefined ? undefined : causeOf(first, checks.length);
  return {
    verdict,
    streak: Math.max(...checks.map(({ state }) => state.streak)),
    since,
    ...(cause !== undefined && { cause }),
    ...(checks.some(({ state }) => state.suppressed === true) && { suppressed: true as const }),
    ...(verdict === 'up' && returned > 0 && { returned }),
    ...(held > 0 && { heldUntil: held }),
    ...(lastProbe !== undefined && { lastProbe }),
  };
}

/** If there are several checks, the cause names the probe that fails. */
function causeOf({ probe, state: { cause } }: ProbeState, checks: number): string | undefined {
  return cause === undefined || checks === 1 ? cause : `${describeProbe(probe)}: ${cause}`;
}

function latest(checks: readonly ProbeState[]): ProbeRecord | undefined {
  let found: ProbeRecord | undefined;
  for (const { state } of checks) {
    const { lastProbe } = state;
    if (lastProbe !== undefined && (found === undefined || lastProbe.at > found.at)) found = lastProbe;
  }
  return found;
}
