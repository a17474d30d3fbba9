/**
 * How a mirror is probed in a pool: the pool's keys, with the mirror's own keys over them, and defaults for the rest.
 * Defaults are applied last, so that the port follows the type, and a short interval needs no explicit timeout.
 */
import * as z from 'zod';
import { formatDuration } from './durations.js';
import { PROBE_FORMS, type Probe } from './probe-forms.js';
import { type ProbeDraft, probeSchema } from './probe-schema.js';
import { type ProbeTiming, TIMING_KEYS } from './probe-timing.js';

const INTERVAL = 30_000;
const FAST_INTERVAL = 2_000;
const TIMEOUT = 5_000;
const FALL = 3;
const RISE = 2;

export type ProbeKey = keyof ProbeDraft;

const KEYS = probeSchema.keyof().options;
const TIMING = z.object(TIMING_KEYS).keyof().options;

/** What is wrong with a probe, and the keys concerned, the most telling one first. */
export interface ProbeFault {
  readonly keys: readonly ProbeKey[];
  readonly message: string;
}

/** The probe that some keys make, or what is wrong with them. `host` is the default for the key of that name. */
export function probeOf(keys: ProbeDraft, host: string): Probe | { readonly faults: readonly ProbeFault[] } {
  const type = typeOf(keys);
  if (type === 'none') return { type };
  const interval = keys.interval ?? INTERVAL;
  const timing: ProbeTiming = {
    interval,
    // A default must not exceed a stated interval.
    fastInterval: keys.fast_interval ?? Math.min(FAST_INTERVAL, interval),
    timeout: keys.timeout ?? Math.min(TIMEOUT, interval),
    fall: keys.fall ?? FALL,
    rise: keys.rise ?? RISE,
  };
  const form = PROBE_FORMS[type];
  const faults = [
    ...withinInterval('timeout', timing.timeout, interval),
    ...withinInterval('fast_interval', timing.fastInterval, interval),
    ...(keys.sample !== undefined && keys.min_rate === undefined && form.keys.includes('sample')
      ? [{ keys: ['sample'] as const, message: '"sample" needs "min_rate" too' }]
      : []),
  ];
  const port = keys.port ?? form.port;
  if (port === undefined) {
    return { faults: [...faults, { keys: ['type', 'port'], message: `a ${type} probe needs "port"` }] };
  }
  return faults.length > 0 ? { faults } : form.read(keys, port, timing, host);
}

/** The stated keys that have no effect on the type of the probe. */
export function idleKeys(keys: ProbeDraft): readonly ProbeKey[] {
  const used = keysUsedBy(typeOf(keys));
  return KEYS.filter((key) => keys[key] !== undefined && !used.includes(key));
}

/** The type that some keys ask for. */
export function typeOf(keys: ProbeDraft): Probe['type'] {
  return keys.type ?? 'http';
}

/** The keys that a probe type uses. */
export function keysUsedBy(type: Probe['type']): readonly ProbeKey[] {
  return type === 'none' ? ['type'] : ['type', 'port', ...PROBE_FORMS[type].keys, ...TIMING];
}

function withinInterval(
  key: 'timeout' | 'fast_interval',
  value: number,
  interval: number,
): readonly ProbeFault[] {
  if (value <= interval) return [];
  const message = `${key} ${formatDuration(value)} is longer than the interval, ${formatDuration(interval)}`;
  return [{ keys: [key, 'interval'], message }];
}
