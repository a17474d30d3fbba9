/**
 * The verb `serve`: the daemon in the foreground, until a signal ends it.
 */
import { systemClock } from '../clock.js';
import { startDaemon } from '../daemon.js';
import { describeError } from '../errors.js';
import { openLog } from '../log.js';
import { openManager } from '../systemd/manager.js';
import { readSettings, type SettingFlags } from './settings.js';

/** Milliseconds from the signal to the end, whatever hangs. */
const END_WITHIN = 1900;

/** Serves until SIGTERM or SIGINT; SIGHUP reloads. */
export async function serve(flags: SettingFlags): Promise<number> {
  const log = openLog();
  // Nor does it matter whether anybody can read what Node itself has to say.
  process.stderr.on('error', () => undefined);
  const manager = openManager(process.env, systemClock);
  const starting = manager.then((found) => startDaemon(readSettings(flags), log, found));
  // Signals are heeded from now on, not from when it serves: whoever reads that it is ready may send one at once.
  process.on('SIGHUP', () => {
    // Where the start fails, that is said below.
    void starting.then(({ reload }) => reload()).catch(() => undefined);
  });
  let hurry: NodeJS.Timeout | undefined;
  const leave = (): void => process.exit();
  const told = new Promise<void>((resolve) => {
    const end = (signal: NodeJS.Signals): void => {
      log.info({ event: 'stopping', signal }, 'stopping');
      hurry ??= setTimeout(leave, END_WITHIN);
      resolve();
    };
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
  });
  try {
    const daemon = await starting;
    await told;
    await daemon.stop();
    log.info({ event: 'stopped' }, 'stopped');
    return 0;
  } catch (error) {
    (await manager).tell(`STATUS=${describeError(error)}`);
    throw error;
  } finally {
    await log.settled();
    // Should anything be left running, or a last word not be read, the end still comes.
    hurry ??= setTimeout(leave, END_WITHIN);
    hurry.unref();
  }
}
