/**
 * Collects the time that mirrors report while they are probed. Logs once when the clock of this host is found wrong, and
 * once when it is right again.
 */
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { ProbeRun } from '../probe/probe.js';
import { describeClock, type HostClock, isRecent, judgeClock, type Witness } from './host-clock.js';

export interface ClockWatch {
  /** Wraps a probe function: probes run as before, and the times in their answers are collected. */
  hearing(run: ProbeRun): ProbeRun;
  /** Undefined: not known. */
  state(): HostClock | undefined;
  /** The clock was set: all earlier reports are about the old time, and nothing is known until there are new ones. */
  clockSet(): void;
  close(): void;
}

const LOOK_MS = 5000;

export function createClockWatch(clock: Clock, log: Log): ClockWatch {
  /** By address. */
  let heard = new Map<string, Witness>();
  let state: HostClock | undefined;
  /** What was judged up to this moment was about the old time. */
  let set = Number.NEGATIVE_INFINITY;
  let cancel = clock.after(LOOK_MS, look);

  function look(): void {
    const now = clock.steady();
    for (const [address, witness] of heard) if (!isRecent(witness, now)) heard.delete(address);
    const was = state?.wrong === true;
    state = judgeClock(state, heard.values(), now);
    if (state?.wrong === true && !was) {
      const { ahead, mirrors } = state;
      const fields = { event: 'clock-wrong', ahead_s: Math.round(ahead / 1000), mirrors };
      log.error(fields, describeClock(ahead, mirrors));
    } else if (state?.wrong !== true && was) {
      log.info(
        { event: 'clock-right' },
        state === undefined
          ? 'too few mirrors say the time to know whether the clock of this host is still wrong'
          : `the clock of this host is right again, by what ${state.mirrors} mirrors say of the time`,
      );
    }
    cancel = clock.after(LOOK_MS, look);
  }

  return {
    hearing: (run) => async (check, signal, steps) => {
      // If the clock is set meanwhile, this is the old map, which is no longer read.
      const witnesses = heard;
      const outcome = await run(check, signal, steps);
      const { clockAhead: ahead } = outcome;
      if (ahead !== undefined)
        witnesses.set(check.address.text, { mirror: check.mirror, ahead, at: clock.steady() });
      return outcome;
    },
    state: () => (state !== undefined && state.at > set ? state : undefined),
    clockSet() {
      heard = new Map();
      set = clock.steady();
    },
    close: () => cancel(),
  };
}
