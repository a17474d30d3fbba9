/**
 * The verbs `disable` and `enable`: an operator's word over every verdict.
 */
import { userInfo } from 'node:os';
import { ask } from '../control/client.js';
import type { OverrideChange } from '../control/handlers.js';
import { GeopoolError } from '../errors.js';
import { rfc3339 } from '../time.js';
import { readDuration } from '../zone/durations.js';
import { readTime } from '../zone/times.js';
import { controlPaths } from './control-path.js';
import { print } from './output.js';
import type { SettingFlags } from './settings.js';

export interface DisableFlags extends SettingFlags {
  readonly reason: string;
  readonly until?: string;
  readonly by?: string;
}

export async function disable(mirror: string, flags: DisableFlags): Promise<number> {
  const { reason, until, by = invoker(process.env) } = flags;
  const { end, lasts } = until === undefined ? {} : endOf(until, Date.now());
  const { all } = await ask<OverrideChange>(await controlPaths(flags), 'POST', '/disable', {
    mirror,
    reason,
    ...(end !== undefined && { until: end }),
    ...(lasts !== undefined && { lasts }),
    ...(by !== undefined && { by }),
  });
  const when = end === undefined ? '' : ` until ${end}`;
  for (const { zone, mirror: name } of all) {
    print(`${zone}/${name} is out of all answers${when}`);
  }
  return 0;
}

export async function enable(mirror: string, flags: SettingFlags): Promise<number> {
  const { all } = await ask<OverrideChange>(await controlPaths(flags), 'POST', '/enable', { mirror });
  for (const { zone, mirror: name, changed } of all) {
    print(`${zone}/${name} ${changed ? 'is enabled' : 'was not disabled'}`);
  }
  return 0;
}

/** Who calls: the one behind sudo, where there is one. Undefined where this host has no name for them. */
function invoker({ SUDO_USER }: NodeJS.ProcessEnv): string | undefined {
  if (SUDO_USER !== undefined && SUDO_USER !== '') return SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that is in no list.
    return process.getuid === undefined ? undefined : `user ${process.getuid()}`;
  }
}

/** RFC 3339 has four digits for the year. */
const YEAR_10000 = Date.UTC(10_000, 0);

/** A time to come as RFC 3339 in UTC, from RFC 3339 or a duration from now on, with that in milliseconds. Throws USAGE. */
function endOf(text: string, now: number): { end: string; lasts?: number } {
  const lasts = readDuration(text);
  if (typeof lasts === 'number' && now + lasts < YEAR_10000) return { end: rfc3339(now + lasts), lasts };
  const time = readTime(text);
  if (typeof time === 'number') return { end: rfc3339(time) };
  throw new GeopoolError(
    'USAGE',
    `--until ${text}: expected a time such as 2027-01-31T18:00:00Z, or a duration such as 2h`,
  );
}
