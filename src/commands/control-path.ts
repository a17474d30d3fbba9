/**
 * Which server a verb asks. Most verbs need nothing else from the settings. Without a config file, the code that reads one
 * is not loaded: such a verb ends before the schema alone would be loaded.
 */
import { controlSocketIn, DEFAULT_STATE, PACKAGED_CONTROL } from '../zone/default-paths.js';
import type { SettingFlags } from './settings.js';

/**
 * Paths at which the control socket may be, the likeliest first. If flags or the environment (GEOPOOL_CONTROL,
 * GEOPOOL_CONFIG) name it, that is the only one. Otherwise: that of a server started in this directory, then that of the
 * server that systemd starts. Rejects with CONFIG_INVALID if a config file is named and wrong.
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
