/**
 * How a target stands, from how its checks stand: it is up when all of them say so. Pure.
 */
import type { Probe } from '../zone/model.js';
import type { ProbeRecord, Standing } from './hysteresis.js';
import { describeProbe } from './target.js';

/** One probe of a target and how it stands. */
export interface CheckStanding {
  readonly probe: Probe;
  readonly standing: Standing;
  /** New at a reload and not yet good once. */
  readonly pending: boolean;
  /** Why it could not be asked the last time, through no fault of the mirror. */
  readonly unmade?: string;
}

/**
 * The standing of a target with these checks, at least one: down with the cause of the first that is down; else unknown
 * while one is; else up. Its streak is the longest of its checks, its last probe the latest. `before` is how it stood:
 * where the verdict is the same, it was reached then.
 */
export function combined(checks: readonly CheckStanding[], before?: Standing): Standing {
  const of = (verdict: Standing['verdict']) => checks.filter(({ standing }) => standing.verdict === verdict);
  const [down, unknown] = [of('down'), of('unknown')];
  const [first] = down;
  const verdict = first !== undefined ? 'down' : unknown.length > 0 ? 'unknown' : 'up';
  const since =
    before?.verdict === verdict
      ? before.since
      : verdict === 'up'
        ? Math.max(...checks.map(({ standing }) => standing.since))
        : Math.min(...(verdict === 'down' ? down : unknown).map(({ standing }) => standing.since));
  const lastProbe = latest(checks);
  const held = Math.max(0, ...down.map(({ standing: { heldUntil = 0 } }) => heldUntil));
  const returned = Math.max(0, ...checks.map(({ standing }) => standing.returned ?? 0));
  const cause = first === undefined ? undefined : causeOf(first, checks.length);
  return {
    verdict,
    streak: Math.max(...checks.map(({ standing }) => standing.streak)),
    since,
    ...(cause !== undefined && { cause }),
    ...(checks.some(({ standing }) => standing.withheld === true) && { withheld: true as const }),
    ...(verdict === 'up' && returned > 0 && { returned }),
    ...(held > 0 && { heldUntil: held }),
    ...(lastProbe !== undefined && { lastProbe }),
  };
}

/** Among several, a cause says which probe it is that fails. */
function causeOf({ probe, standing: { cause } }: CheckStanding, checks: number): string | undefined {
  return cause === undefined || checks === 1 ? cause : `${describeProbe(probe)}: ${cause}`;
}

function latest(checks: readonly CheckStanding[]): ProbeRecord | undefined {
  let found: ProbeRecord | undefined;
  for (const { standing } of checks) {
    const { lastProbe } = standing;
    if (lastProbe !== undefined && (found === undefined || lastProbe.at > found.at)) found = lastProbe;
  }
  return found;
}
