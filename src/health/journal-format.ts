/**
 * The text of `verdicts.json` and `overrides.json`. Each names its version, and reading is strict: a file that is not
 * wholly what this program writes is better set aside than half believed.
 */
import { z } from 'zod';
import type { Override } from './overrides.js';
import type { StoredVerdict } from './stored-verdict.js';

const VERSION = 1;

const time = z.number().nonnegative();

const probeRecord = z.strictObject({
  at: time,
  ok: z.boolean(),
  ms: z.number().nonnegative(),
  error: z.string().exactOptional(),
  rate: z.number().nonnegative().exactOptional(),
  certificateEnds: z.number().exactOptional(),
});

const verdictsFile = z.strictObject({
  version: z.literal(VERSION),
  verdicts: z.array(
    z.strictObject({
      key: z.string(),
      verdict: z.enum(['up', 'down']),
      since: time,
      cause: z.string().exactOptional(),
      lastProbe: probeRecord,
      returned: time.exactOptional(),
      flap: z
        .strictObject({ lapses: z.array(time), falls: z.array(time), level: z.int().nonnegative() })
        .exactOptional(),
    }),
  ),
});

const overridesFile = z.strictObject({
  version: z.literal(VERSION),
  overrides: z.array(
    z.strictObject({
      zone: z.string(),
      mirror: z.string(),
      reason: z.string(),
      since: time,
      until: time.exactOptional(),
      by: z.string().exactOptional(),
    }),
  ),
});

export function formatVerdicts(verdicts: ReadonlyMap<string, StoredVerdict>): string {
  const entries = Array.from(verdicts, ([key, verdict]) => ({ key, ...verdict }));
  return `${JSON.stringify({ version: VERSION, verdicts: entries })}\n`;
}

/** Throws where the text is not a file of verdicts of this version. */
export function parseVerdicts(text: string): Map<string, StoredVerdict> {
  const file = strictly(verdictsFile, text);
  return new Map(file.verdicts.map(({ key, ...verdict }) => [key, verdict]));
}

export function formatOverrides(overrides: readonly Override[]): string {
  return `${JSON.stringify({ version: VERSION, overrides })}\n`;
}

/** Throws where the text is not a file of overrides of this version. */
export function parseOverrides(text: string): Override[] {
  return strictly(overridesFile, text).overrides;
}

function strictly<T>(schema: z.ZodType<T>, text: string): T {
  const parsed = schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(
    issue === undefined ? 'not as expected' : `${issue.path.join('.') || 'file'}: ${issue.message}`,
  );
}
