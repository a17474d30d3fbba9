/**
 * The verb `reload`: the running server reads its files anew; what is wrong with them is said here too.
 */

import type { ReloadReport } from '../control/action-reports.js';
import { ask } from '../control/client.js';
import { countOf } from '../count-of.js';
import { controlPaths } from './control-path.js';
import { complain, print } from './output.js';
import type { SettingFlags } from './settings.js';

/** 1 where a file is wrong: the rest was reloaded, and its last good state is served. */
export async function reload(flags: SettingFlags): Promise<number> {
  const { generation, zones, faults, failed } = await ask<ReloadReport>(
    await controlPaths(flags),
    'POST',
    '/reload',
    {},
  );
  complain(...faults);
  if (failed === true) complain(`nothing was reloaded: generation ${generation} is served as before`);
  else print(`generation ${generation}, ${countOf(zones, 'zone')} served`);
  return faults.length > 0 ? 1 : 0;
}
