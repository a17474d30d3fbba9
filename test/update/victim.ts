/**
 * A process for `killed.test.ts` to kill: updates what its arguments say, tells its parent of each step, and sits down
 * where it is told to.
 */
import { systemClock } from '../../src/platform/clock.js';
import { keyFromText } from '../../src/update/settings.js';
import { createUpdater } from '../../src/update/updater.js';
import { filesIn, keptLog, PATIENT } from './scenery.js';

const [host, directory, edition, where] = process.argv.slice(2);

if (host !== undefined && directory !== undefined && edition !== undefined) {
  const stay = async (step: string): Promise<void> => {
    process.send?.(step);
    if (step === where) await new Promise(() => setInterval(() => undefined, 1_000_000));
  };
  const updater = createUpdater({
    settings: {
      accountId: '42',
      readKey: keyFromText('Sesame'),
      editions: [edition],
      host,
      directory,
      schedule: '0 0 1 1 *',
    },
    clock: systemClock,
    random: () => 0,
    log: keptLog(),
    files: filesIn(directory),
    version: '0.0.0',
    limits: { ...PATIENT, idleMs: 600_000, overallMs: 600_000 },
    verify: () => stay('verify'),
    serve: () => stay('serve'),
  });
  const [result] = await updater.updateNow();
  process.send?.(result?.outcome ?? 'nothing');
  process.disconnect?.();
}
