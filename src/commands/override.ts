/**
 * The verbs `disable` and `enable`: an operator's word over every verdict.
 */
import { ask } from '../control/client.js';
import type { OverrideChange } from '../control/handlers.js';
import { GeopoolError } from '../errors.js';
import { readDuration } from '../zone/durations.js';
import { readSettings, type SettingFlags } from './settings.js';

/** RFC 3339 §5.6, with an offset: a time without one is somebody's local time, and nobody knows whose. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

export async function disable(
  mirror: string,
  { reason, until, ...flags }: SettingFlags & { readonly reason: string; readonly until?: string },
): Promise<number> {
  const end = until === undefined ? undefined : timeOf(until, Date.now());
  const { zone, mirror: name } = await ask<OverrideChange>(readSettings(flags).control, 'POST', '/disable', {
    mirror,
    reason,
    ...(end !== undefined && { until: end }),
  });
  process.stdout.write(`${zone}/${name} is out of all answers${end === undefined ? '' : ` until ${end}`}\n`);
  return 0;
}

export async function enable(mirror: string, flags: SettingFlags): Promise<number> {
  const {
    zone,
    mirror: name,
    changed,
  } = await ask<OverrideChange>(readSettings(flags).control, 'POST', '/enable', { mirror });
  process.stdout.write(changed ? `${zone}/${name} is enabled\n` : `${zone}/${name} was not disabled\n`);
  return 0;
}

/** A time to come as RFC 3339 in UTC, from RFC 3339 or a duration from now on. Throws USAGE. */
function timeOf(text: string, now: number): string {
  const duration = readDuration(text);
  const time =
    typeof duration === 'number' ? now + duration : RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new GeopoolError(
      'USAGE',
      `--until ${text}: expected a time such as 2027-01-31T18:00:00Z, or a duration such as 2h`,
    );
  }
  return new Date(time).toISOString();
}
