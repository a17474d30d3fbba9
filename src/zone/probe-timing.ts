/** When a probe is made, and how many results in a row change a verdict: the keys of all types except `none`. */
import { DAY_MS } from '../platform/time.js';
import { duration, whole } from './fields.js';

/** Times in milliseconds; `fall` and `rise` are the results in a row that change a verdict. */
export interface ProbeTiming {
  /** From the start of one probe to the start of the next. */
  readonly interval: number;
  /** The same while in doubt. */
  readonly fastInterval: number;
  readonly timeout: number;
  readonly fall: number;
  readonly rise: number;
}

/** A shorter time would flood the mirror and this server. */
const MIN_DURATION = 10;
const MAX_DURATION = DAY_MS;

export const TIMING_KEYS = {
  interval: duration('interval', MIN_DURATION, MAX_DURATION)
    .optional()
    .meta({ description: 'From the start of one probe to the start of the next.', default: '30s' }),
  fast_interval: duration('fast_interval', MIN_DURATION, MAX_DURATION)
    .optional()
    .meta({ description: 'The interval while in doubt; at most the interval.', default: '2s' }),
  timeout: duration('timeout', MIN_DURATION, MAX_DURATION)
    .optional()
    .meta({ description: 'When a probe has failed; at most the interval.', default: '5s' }),
  fall: whole('fall', 1, 1000)
    .optional()
    .meta({ description: 'Failures in a row that take a mirror out.', default: 3 }),
  rise: whole('rise', 1, 1000)
    .optional()
    .meta({ description: 'Successes in a row that bring it back.', default: 2 }),
};
