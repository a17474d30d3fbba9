/**
 * Asks a mirror how much load it wants: a line like `40%`, or `drain`. The mirror may only lower its own weight, so any
 * other text is not accepted as an answer.
 */
import type { HttpProbe } from '../zone/http-probe-keys.js';
import { fetchBody } from './http-probe.js';
import { describeFailure, describeTimeout, quoted } from './probe-error.js';
import { createHttpTools, type ProbeRunOptions } from './probe-run.js';
import type { Check } from './target.js';
import { createRecorder } from './trace.js';

/** The fraction of its weight and cap, 0 to 1, where 0 means drain; or why it is unknown. */
export type SelfWeight = { readonly part: number } | { readonly error: string };

/** Asks once. Never rejects, and ends within the probe's timeout. */
export type SelfWeightRun = (check: Check & { readonly probe: HttpProbe }) => Promise<SelfWeight>;

/** The maximum length of the body, in octets. */
const MOST_OCTETS = 64;

export function createSelfWeightRun(options: ProbeRunOptions): SelfWeightRun {
  const { clock } = options;
  const tools = createHttpTools(options);
  return async (check) => {
    const { timeout, host } = check.probe;
    const trace = createRecorder(clock);
    const end = new AbortController();
    const stop = clock.after(timeout, () => end.abort());
    try {
      const read = await fetchBody(check, check.probe, tools, MOST_OCTETS, end.signal, trace);
      return 'error' in read ? { error: read.error } : readSelfWeight(read.text);
    } catch (error) {
      const failure = end.signal.aborted
        ? describeTimeout(timeout, trace.current())
        : describeFailure(error, host);
      return { error: failure.error };
    } finally {
      stop();
    }
  };
}

/** Parses the mirror's answer. */
export function readSelfWeight(text: string): SelfWeight {
  const line = text.trim();
  if (line === 'drain') return { part: 0 };
  const [, number] = /^(\d{1,3})%$/.exec(line) ?? [];
  const percent = Number(number);
  return percent <= 100
    ? { part: percent / 100 }
    : { error: `says "${quoted(line)}", expected a line such as 40% or drain` };
}
