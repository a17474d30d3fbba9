/**
 * The verb `reload`: the running server reads its files anew; what is wrong with them is said here too.
 */

import type { ReloadReport } from '../control/action-reports.js';
import { ask } from '../control/client.js';
import { describeRestart } from '../daemon/reconfiguring.js';
import { countOf } from '../platform/count-of.js';
import { controlPaths } from './control-path.js';
import { print, printError } from './output.js';
import type { SettingFlags } from './settings.js';

/** 1 where a file is wrong: the rest was reloaded, and its last good state is served. */
export async function reload(flags: SettingFlags): Promise<number> {
  const {
    generation,
    zones,
    faults,
    failed,
    restart = [],
  } = await ask<ReloadReport>(await controlPaths(flags), 'POST', '/reload', {});
  printError(...faults);
  if (restart.length > 0) printError(describeRestart(restart));
  if (failed === true) printError(`nothing was reloaded: generation ${generation} is served as before`);
  else print(`generation ${generation}, ${countOf(zones, 'zone')} served`);
  return faults.length > 0 ? 1 : 0;
}
