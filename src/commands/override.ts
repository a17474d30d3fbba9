/**
 * The verbs `disable` and `enable`: an operator's word over every verdict.
 */
import { ask } from '../control/client.js';
import type { OverrideChange } from '../control/handlers.js';
import { controlPaths } from './control-path.js';
import { invoker } from './invoker.js';
import { print, printError } from './output.js';
import type { SettingFlags } from './settings.js';
import { endOf } from './until.js';

export interface DisableFlags extends SettingFlags {
  readonly reason: string;
  readonly until?: string;
  readonly by?: string;
  readonly force?: boolean;
  readonly local?: boolean;
}

export async function disable(mirror: string, flags: DisableFlags): Promise<number> {
  const { reason, until, by = invoker(process.env), force, local } = flags;
  const { end, lasts } = until === undefined ? {} : endOf(until, Date.now());
  const { all, effects = [] } = await ask<OverrideChange>(await controlPaths(flags), 'POST', '/disable', {
    mirror,
    reason,
    ...(end !== undefined && { until: end }),
    ...(lasts !== undefined && { lasts }),
    ...(by !== undefined && { by }),
    ...(force !== undefined && { force }),
    ...(local !== undefined && { local }),
  });
  printError(...effects);
  const when = end === undefined ? '' : ` until ${end}`;
  for (const { zone, mirror: name } of all) {
    print(`${zone}/${name} is out of all answers${when}`);
  }
  return 0;
}

export async function enable(
  mirror: string,
  { local, ...flags }: SettingFlags & { readonly local?: boolean },
): Promise<number> {
  const { all } = await ask<OverrideChange>(await controlPaths(flags), 'POST', '/enable', {
    mirror,
    ...(local !== undefined && { local }),
  });
  for (const { zone, mirror: name, changed, standing } of all) {
    // A server that is older says nothing of that.
    const stands = standing === undefined ? '' : `: ${standing}`;
    print(`${zone}/${name} ${changed ? 'is enabled' : 'was not disabled'}${stands}`);
  }
  return 0;
}
