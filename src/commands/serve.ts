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

/** Milliseconds from the signal to the end of the process, even if something hangs. */
const END_WITHIN = 1900;

/** Serves until SIGTERM or SIGINT; SIGHUP reloads. */
export async function serve(flags: SettingFlags): Promise<number> {
  keepRoom();
  const log = openLog();
  // Node's own messages on stderr may be lost as well.
  process.stderr.on('error', () => undefined);
  const starting = start();
  // Signals are handled from now on, not only once it serves: one may be sent as soon as readiness is reported.
  process.on('SIGHUP', () => {
    // A failed start is reported below.
    void starting.then(({ reload }) => reload()).catch(() => undefined);
  });
  async function start(): Promise<Daemon> {
    await giveMemoryBack();
    const manager = await openManager(process.env, systemClock);
    const takeover = await takeOver(manager, systemClock, log);
    try {
      // Only after the takeover: queries wait until then, and loading all of this takes longer than taking over. The thread
      // that builds the first world loads as much again, on another core.
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
    // The process ends even if something is left running, or if nothing reads the last lines of the log.
    hurry ??= setTimeout(leave, END_WITHIN);
    hurry.unref();
  }
}
