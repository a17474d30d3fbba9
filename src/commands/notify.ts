/**
 * The verb `notify test`: sends one message over each channel. The running server sends it, since its environment is the one
 * that counts. If none runs, this process does, by the config alone.
 */

import type { NotifyTestReport } from '../control/action-reports.js';
import { ask } from '../control/client.js';
import { GeopoolError } from '../platform/errors.js';
import { VERSION } from '../platform/version.js';
import { controlPaths } from './control-path.js';
import { print, printError } from './output.js';
import type { SettingFlags } from './settings.js';

/** Returns 1 if a channel failed. Rejects with CONFIG_INVALID if none is configured. */
export async function notifyTest(flags: SettingFlags): Promise<number> {
  const { channels } = await askOrTry(await controlPaths(flags), async () => {
    const { readSettings } = await import('./settings.js');
    const { testChannels } = await import('../notify/notifier.js');
    const { createResolver, lookUpBy } = await import('../probe/resolve.js');
    const lookUp = lookUpBy(createResolver({ search: true }).resolve);
    return { channels: await testChannels(readSettings(flags).notify, VERSION, Date.now(), lookUp) };
  });
  if (channels.length === 0) {
    throw new GeopoolError(
      'CONFIG_INVALID',
      'no notifications are configured: set notify.webhook or notify.exec in the config file',
    );
  }
  for (const { channel, ok, reason } of channels) {
    (ok ? print : printError)(`${channel}: ${ok ? 'delivered' : `failed: ${reason}`}`);
  }
  return channels.every(({ ok }) => ok) ? 0 : 1;
}

async function askOrTry(
  control: readonly string[],
  without: () => Promise<NotifyTestReport>,
): Promise<NotifyTestReport> {
  try {
    return await ask<NotifyTestReport>(control, 'POST', '/notify/test', {});
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'SERVER_UNREACHABLE') return without();
    throw error;
  }
}
