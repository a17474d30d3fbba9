/**
 * A process for `daemon.test.ts`: starts a server in which something fails that nobody foresaw, says how that ended, and
 * does nothing to end itself.
 */
import { readSettings } from '../../src/commands/settings.js';
import { startDaemon } from '../../src/daemon/daemon.js';
import type { LogFields } from '../../src/platform/log.js';

const [where] = process.argv.slice(2);

/** Fails at the event that it is told. */
const line = ({ event }: LogFields): void => {
  if (event === where) throw new TypeError(`unforeseen at ${where}`);
};
const settings = readSettings({ config: 'geopool.yaml', state: 'state', listen: ['127.0.0.1:0'] });

try {
  await startDaemon(
    {
      ...settings,
      get notify() {
        line({ event: 'notify' });
        return settings.notify;
      },
    },
    { debug: line, info: line, warn: line, error: line, dropped: () => 0 },
  );
  process.stdout.write('serves\n');
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}
