/**
 * The verb `serve`: the daemon in the foreground, until a signal ends it.
 */

import { openBuilder } from '../compile/compiler.js';
import type { Daemon } from '../daemon/daemon.js';
import { takeOver } from '../daemon/takeover.js';
import { systemClock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import { giveMemoryBack } from '../platform/give-memory-back.js';
import { keepRoom } from '../platform/heap-room.js';
import { openLog } from '../platform/log.js';
import { openManager } from '../systemd/manager.js';
import type { SettingFlags } from './settings.js';

/** Milliseconds from the signal to the end, whatever hangs. */
const END_WITHIN = 1900;

/** Serves until SIGTERM or SIGINT; SIGHUP reloads. */
export async function serve(flags: SettingFlags): Promise<number> {
  keepRoom();
  const log = openLog();
  // Nor does it matter whether anybody can read what Node itself has to say.
  process.stderr.on('error', () => undefined);
  const starting = start();
  // Signals are handled from now on, not from when it serves: whoever reads that it is ready may send one at once.
  process.on('SIGHUP', () => {
    // Where the start fails, that is said below.
    void starting.then(({ reload }) => reload()).catch(() => undefined);
  });
  async function start(): Promise<Daemon> {
    await giveMemoryBack();
    const manager = await openManager(process.env, systemClock);
    const takeover = await takeOver(manager, systemClock, log);
    try {
      // Not before that: questions wait meanwhile, and all of this takes longer to load than to take over. What builds the
      // first world loads as much again, on another core.
      const builder = openBuilder();
      const { readSettings } = await import('./settings.js');
      const { startDaemon } = await import('../daemon/daemon.js');
      const read = () => readSettings(flags);
      return await startDaemon(read(), log, read, manager, Promise.resolve(takeover), builder);
    } catch (error) {
      await takeover.stop();
      manager.tell(`STATUS=${describeError(error)}`);
      throw error;
    }
  }
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
  } finally {
    await log.settled();
    // Should anything be left running, or a last word not be read, the end still comes.
    hurry ??= setTimeout(leave, END_WITHIN);
    hurry.unref();
  }
}
