/**
 * Which server a verb asks. Most verbs want to know no more of the settings, and without a config file that takes nothing
 * of what reads one: such a verb is back before the schema would be loaded.
 */
import { controlSocketIn, DEFAULT_STATE } from '../zone/default-paths.js';
import type { SettingFlags } from './settings.js';

/** The path of the control socket that the flags mean. Throws CONFIG_INVALID where they name a file that is wrong. */
export async function controlPath(flags: SettingFlags): Promise<string> {
  const { config, state = DEFAULT_STATE, control = controlSocketIn(state) } = flags;
  if (config === undefined) return control;
  const { readSettings } = await import('./settings.js');
  return readSettings(flags).control;
}
