/**
 * How a mirror is probed in a pool: the pool's keys, the mirror's own over them, and defaults under both. Defaults come
 * last, so that the port follows the type and a short interval needs no timeout spelled out beside it.
 */
import { formatDuration } from './durations.js';
import type { Probe, ProbeTiming } from './model.js';
import type { ProbeDraft } from './probe-schema.js';

const INTERVAL = 30_000;
const FAST_INTERVAL = 2_000;
const TIMEOUT = 5_000;
const FALL = 3;
const RISE = 2;
const PATH = '/';
const EXPECT: readonly number[] = [200, 206];
const PORTS = { http: 80, https: 443 } as const;

export type ProbeKey = keyof ProbeDraft;

const TIMING: readonly ProbeKey[] = ['interval', 'fast_interval', 'timeout', 'fall', 'rise'];

/** What can't be in a probe, and which keys it is about: the most telling one first. */
export interface ProbeFault {
  readonly keys: readonly ProbeKey[];
  readonly message: string;
}

/** The probe that some keys make, or why they make none. `host` is the default for the key of that name. */
export function probeOf(keys: ProbeDraft, host: string): Probe | { readonly faults: readonly ProbeFault[] } {
  const type = typeOf(keys);
  if (type === 'none') return { type };
  const interval = keys.interval ?? INTERVAL;
  const timing: ProbeTiming = {
    interval,
    // A default may not break the rule that a stated interval makes.
    fastInterval: keys.fast_interval ?? Math.min(FAST_INTERVAL, interval),
    timeout: keys.timeout ?? Math.min(TIMEOUT, interval),
    fall: keys.fall ?? FALL,
    rise: keys.rise ?? RISE,
  };
  const faults = [
    ...withinInterval('timeout', timing.timeout, interval),
    ...withinInterval('fast_interval', timing.fastInterval, interval),
  ];
  const port = keys.port ?? (type === 'tcp' ? undefined : PORTS[type]);
  if (port === undefined) {
    return { faults: [...faults, { keys: ['type', 'port'], message: 'a tcp probe needs "port"' }] };
  }
  if (faults.length > 0) return { faults };
  if (type === 'tcp') return { type, port, ...timing };
  const { path = PATH, expect = EXPECT } = keys;
  return { type, port, host: keys.host ?? host, path, expect, ...timing };
}

/** The stated keys that mean nothing to the type of the probe. */
export function idleKeys(keys: ProbeDraft): readonly ProbeKey[] {
  const used = keysUsedBy(typeOf(keys));
  return statedKeys(keys).filter((key) => !used.includes(key));
}

/** The type that some keys ask for. */
export function typeOf(keys: ProbeDraft): Probe['type'] {
  return keys.type ?? 'http';
}

/** The keys that a type of probe looks at. */
export function keysUsedBy(type: Probe['type']): readonly ProbeKey[] {
  if (type === 'none') return ['type'];
  if (type === 'tcp') return ['type', 'port', ...TIMING];
  return ['type', 'port', 'host', 'path', 'expect', ...TIMING];
}

function statedKeys(keys: ProbeDraft): readonly ProbeKey[] {
  return keysUsedBy('http').filter((key) => keys[key] !== undefined);
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
