/**
 * Which server a verb asks. Most verbs want to know no more of the settings, and without a config file that takes nothing
 * of what reads one: such a verb is back before the schema would be loaded.
 */
import { controlSocketIn, DEFAULT_STATE, PACKAGED_CONTROL } from '../zone/default-paths.js';
import type { SettingFlags } from './settings.js';

/**
 * Where its control socket may be, the likeliest first: one place where flags or the environment (GEOPOOL_CONTROL,
 * GEOPOOL_CONFIG) name it, else those of a server that was started here and of the one that systemd starts. Throws
 * CONFIG_INVALID where a config file is named that is wrong.
 */
export async function controlPaths(
  flags: SettingFlags,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly string[]> {
  const { config, state, control } = flags;
  if (config !== undefined) return [await pathBy(flags)];
  if (control !== undefined) return [control];
  if (state !== undefined) return [controlSocketIn(state)];
  const { GEOPOOL_CONTROL, GEOPOOL_CONFIG } = environment;
  if (GEOPOOL_CONTROL !== undefined && GEOPOOL_CONTROL !== '') return [GEOPOOL_CONTROL];
  if (GEOPOOL_CONFIG !== undefined && GEOPOOL_CONFIG !== '')
    return [await pathBy({ config: GEOPOOL_CONFIG })];
  return [controlSocketIn(DEFAULT_STATE), PACKAGED_CONTROL];
}

async function pathBy(flags: SettingFlags): Promise<string> {
  const { readSettings } = await import('./settings.js');
  return readSettings(flags).control;
}
