/**
 * `self_weight`: where a mirror states how much load it wants to take. The request is like that of its first http or https
 * probe, for another path.
 */
import * as z from 'zod';
import { DAY_MS, MINUTE_MS } from '../platform/time.js';
import { duration, meaningful } from './fields.js';
import { type HttpProbe, readPath } from './http-probe-keys.js';
import type { Probe } from './probe-forms.js';

const PATH = '/geopool-weight';
const INTERVAL = 5 * MINUTE_MS;
/** A shorter interval would be a flood. */
const MIN_INTERVAL = 10_000;
const TIMEOUT = 5000;

export const selfWeightSchema = z.strictObject({
  path: meaningful(readPath)
    .optional()
    .meta({ description: 'What to ask for; starts with a slash.', default: PATH, pattern: '^/' }),
  interval: duration('interval', MIN_INTERVAL, DAY_MS)
    .optional()
    .meta({ description: 'From one question to the next, about.', default: '5m' }),
});

export type SelfWeightDraft = z.output<typeof selfWeightSchema>;

/** How a member with these probes is asked, by its pool's keys and its own over them. Undefined if neither has any. */
export function selfWeightOf(
  ofPool: SelfWeightDraft | undefined,
  ofMirror: SelfWeightDraft | undefined,
  probes: readonly Probe[],
  owner: string,
): HttpProbe | undefined {
  if (ofPool === undefined && ofMirror === undefined) return undefined;
  const { path = PATH, interval = INTERVAL } = { ...ofPool, ...ofMirror };
  const [asked] = probes.flatMap((probe) => (probe.type === 'http' || probe.type === 'https' ? [probe] : []));
  return {
    type: asked?.type ?? 'http',
    port: asked?.port ?? 80,
    host: asked?.host ?? owner,
    redirects: asked?.redirects ?? 'none',
    verify: asked?.verify ?? true,
    path,
    method: 'GET',
    expect: [200],
    certWarn: 0,
    interval,
    fastInterval: interval,
    timeout: TIMEOUT,
    fall: 1,
    rise: 1,
  };
}
