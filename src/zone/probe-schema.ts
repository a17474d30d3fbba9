/**
 * The schema of a probe. All keys are optional, because a mirror's probe is laid over its pool's key by key. Defaults are
 * applied after that, in `probes.ts`.
 */
import * as z from 'zod';
import { whole } from './fields.js';
import { PROBE_FORMS, PROBE_KEYS, PROBE_TYPES, TYPE_DESCRIPTION } from './probe-forms.js';
import { TIMING_KEYS } from './probe-timing.js';

const PORTS = Object.values(PROBE_FORMS).flatMap(({ port }) => port ?? []);

export const probeSchema = z.strictObject({
  type: z.enum(PROBE_TYPES).optional().meta({ description: TYPE_DESCRIPTION, default: 'http' }),
  port: whole('port', 1, 65_535)
    .optional()
    .describe(`Default: the type's own (${PORTS.join(', ')}); other types must name one.`),
  ...PROBE_KEYS,
  ...TIMING_KEYS,
});

export const probeListSchema = z.array(probeSchema).min(1, {
  error: '"probes" is empty: leave it out for a plain http probe, or write [{ type: none }] for none',
});

/** The keys of a probe as the file states them. */
export type ProbeDraft = z.output<typeof probeSchema>;
