/** A monitor for tests: over mirrors that behave as a test says, on a clock that the test moves. */
import t from 'tap';
import { createMonitor, type MonitorOptions } from '../../src/health/monitor.js';
import type { StoredVerdict } from '../../src/health/stored-verdict.js';
import type { VerdictChange } from '../../src/health/watched-targets.js';
import type { Random } from '../../src/platform/random.js';
import type { Outcome, ProbeRun } from '../../src/probe/probe.js';
import { checkKey, type Target, targetKey } from '../../src/probe/target.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from './recording-log.js';
import { targetOf } from './targets.js';

/** How a scripted mirror behaves: answers after `ms`, with an outcome, or never. */
export type Behaviour =
  | {
      readonly ms: number;
      readonly outcome: 'good' | 'bad' | 'reset' | 'ours';
      readonly certificateEnds?: number;
    }
  | 'hangs';

export const good: Behaviour = { ms: 20, outcome: 'good' };
export const bad: Behaviour = { ms: 20, outcome: 'bad' };

export interface Start {
  readonly key: string;
  readonly address: string;
  /** Since the scene began. */
  readonly at: number;
  end?: number;
}

const OUTCOMES = {
  good: { ok: true, ms: 20 },
  bad: { ok: false, ms: 20, error: '503 Service Unavailable, expected 200 or 206' },
  reset: { ok: false, ms: 20, error: 'connection reset', fault: 'unclear' },
  ours: { ok: false, ms: 0, error: 'no file descriptors left', fault: 'ours' },
} as const;

function outcomeOf({ outcome, certificateEnds }: Exclude<Behaviour, 'hangs'>): Outcome {
  return { ...OUTCOMES[outcome], ...(certificateEnds !== undefined && { certificateEnds }) };
}

/** A monitor over mirrors whose behaviour the test sets by address, on a clock that the test moves. */
export function scene(
  options: { recall?: Map<string, StoredVerdict>; random?: Random } & Pick<MonitorOptions, 'confirm'> = {},
) {
  const clock = createFakeClock();
  const begin = clock.monotonic();
  const log = createRecordingLog();
  const starts: Start[] = [];
  const changes: (VerdictChange & { readonly at: number })[] = [];
  const mirrors = new Map<string, Behaviour>();
  const cutOff: string[] = [];
  const elapsed = () => clock.monotonic() - begin;

  const run: ProbeRun = (check, signal) =>
    new Promise((resolve) => {
      const start: Start = { key: checkKey(check), address: check.address.text, at: elapsed() };
      starts.push(start);
      const behaviour =
        mirrors.get(`${check.address.text} ${check.probe.type}`) ?? mirrors.get(check.address.text) ?? good;
      const timeout = check.probe.type === 'none' ? 0 : check.probe.timeout;
      const [ms, outcome]: [number, Outcome] =
        behaviour === 'hangs'
          ? [timeout, { ok: false, ms: timeout, error: 'no answer within 5s (connecting)', fault: 'unclear' }]
          : [behaviour.ms, outcomeOf(behaviour)];
      signal.addEventListener('abort', () => cutOff.push(check.address.text));
      // Deaf to the signal: a late outcome has to be ignored, not prevented.
      clock.after(ms, () => {
        start.end = elapsed();
        resolve(outcome);
      });
    });

  const monitor = createMonitor({
    clock,
    random: options.random ?? (() => 0.5),
    log,
    run,
    stored: options.recall ?? new Map(),
    ...(options.confirm !== undefined && { confirm: options.confirm }),
    onChange: (batch) => changes.push(...batch.map((change) => ({ ...change, at: elapsed() }))),
  });
  const of = (target: Target) => {
    // Each of the two ways to ask.
    const watched = monitor.stateOf(targetKey(target));
    t.same(watched, monitor.states().get(targetKey(target)));
    if (watched === undefined) throw new Error('not watched');
    return watched;
  };
  return { clock, log, starts, changes, mirrors, cutOff, monitor, elapsed, of };
}

export const one = targetOf('192.0.2.1');
export const two = targetOf('192.0.2.2', { mirror: 'boreas' });

/** When probes of `address` started, in milliseconds since the scene began. */
export function startsOf(starts: readonly Start[], address: string): number[] {
  return starts.filter((start) => start.address === address).map(({ at }) => at);
}
