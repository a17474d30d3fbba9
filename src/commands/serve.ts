/**
 * The verb `serve`: the daemon in the foreground, until a signal ends it.
 */
import { startDaemon } from '../daemon.js';
import { openLog } from '../log.js';
import { readSettings, type SettingFlags } from './settings.js';

/** Milliseconds from the signal to the end, whatever hangs. */
const END_WITHIN = 1900;

/** Serves until SIGTERM or SIGINT; SIGHUP reloads. */
export async function serve(flags: SettingFlags): Promise<number> {
  const log = openLog();
  const daemon = await startDaemon(readSettings(flags), log);
  process.on('SIGHUP', () => void daemon.reload());
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  log.info({ event: 'stopping', signal }, 'stopping');
  const hurry = setTimeout(() => process.exit(0), END_WITHIN);
  await daemon.stop();
  clearTimeout(hurry);
  log.info({ event: 'stopped' }, 'stopped');
  return 0;
}
