/**
 * The verb `reload`: has the running server read its files again, and prints what is wrong with them.
 */

import type { ReloadReport } from '../control/action-reports.js';
import { ask } from '../control/client.js';
import { describeRestart } from '../daemon/reconfiguring.js';
import { countOf } from '../platform/count-of.js';
import { controlPaths } from './control-path.js';
import { print, printError } from './output.js';
import type { SettingFlags } from './settings.js';

/** Returns 1 if a file is wrong. Its last good state is served then; the rest was reloaded, unless all of it failed. */
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
