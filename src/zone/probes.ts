/**
 * How a mirror is probed in a pool: the pool's keys, the mirror's own over them, and defaults under both. Defaults come
 * last, so that the port follows the type and a short interval needs no timeout spelled out beside it.
 */
import { DAY_MS } from '../time.js';
import { formatDuration } from './durations.js';
import type { Probe, ProbeTiming, Speed } from './model.js';
import type { ProbeDraft } from './probe-schema.js';

const INTERVAL = 30_000;
const FAST_INTERVAL = 2_000;
const TIMEOUT = 5_000;
const FALL = 3;
const RISE = 2;
const PATH = '/';
const EXPECT: readonly number[] = [200, 206];
const PORTS = { http: 80, https: 443, rsync: 873 } as const;
const CERT_WARN = 14 * DAY_MS;
const SAMPLE = 1_000_000;

export type ProbeKey = keyof ProbeDraft;

const TIMING: readonly ProbeKey[] = ['interval', 'fast_interval', 'timeout', 'fall', 'rise'];

/** A redirect may lead from http to https, so what is about certificates is of use to both. */
const OF_HTTP: readonly ProbeKey[] = [
  'host',
  'path',
  'method',
  'expect',
  'range',
  'redirects',
  'contains',
  'verify',
  'cert_warn',
  'max_age',
  'min_rate',
  'sample',
];

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
    ...(keys.sample !== undefined && keys.min_rate === undefined && type !== 'tcp' && type !== 'rsync'
      ? [{ keys: ['sample'] as const, message: '"sample" needs "min_rate" too' }]
      : []),
  ];
  const port = keys.port ?? (type === 'tcp' ? undefined : PORTS[type]);
  if (port === undefined) {
    return { faults: [...faults, { keys: ['type', 'port'], message: 'a tcp probe needs "port"' }] };
  }
  if (faults.length > 0) return { faults };
  if (type === 'tcp') return { type, port, ...timing };
  if (type === 'rsync') {
    return { type, port, ...(keys.module !== undefined && { module: keys.module }), ...timing };
  }
  const speed = speedOf(keys, timing.timeout);
  const { range, contains, max_age: maxAge } = keys;
  return {
    type,
    port,
    host: keys.host ?? host,
    path: keys.path ?? PATH,
    method: keys.method ?? 'GET',
    expect: keys.expect ?? EXPECT,
    ...(range !== undefined && { range }),
    redirects: keys.redirects ?? 'none',
    ...(contains !== undefined && { contains }),
    verify: keys.verify ?? true,
    certWarn: keys.cert_warn ?? CERT_WARN,
    ...(maxAge !== undefined && { maxAge }),
    ...(speed !== undefined && { speed }),
    ...timing,
  };
}

/** What is measured over what. A default sample takes at most half of the timeout at the rate that is asked for. */
function speedOf(keys: ProbeDraft, timeout: number): Speed | undefined {
  const { min_rate: minRate, sample } = keys;
  if (minRate === undefined) return undefined;
  return { minRate, sample: sample ?? Math.min(SAMPLE, Math.ceil((minRate * timeout) / 2000)) };
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
  switch (type) {
    case 'none':
      return ['type'];
    case 'tcp':
      return ['type', 'port', ...TIMING];
    case 'rsync':
      return ['type', 'port', 'module', ...TIMING];
    case 'http':
    case 'https':
      return ['type', 'port', ...OF_HTTP, ...TIMING];
  }
}

function statedKeys(keys: ProbeDraft): readonly ProbeKey[] {
  return [...keysUsedBy('http'), ...keysUsedBy('rsync')].filter(
    (key, i, all) => keys[key] !== undefined && all.indexOf(key) === i,
  );
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
