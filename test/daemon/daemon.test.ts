/** A server that can't start, for reasons that nobody foresaw. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { smallCity } from '../e2e/places.js';
import { within } from '../e2e/program.js';
import { zoneText } from '../zone/zone-text.js';

const VICTIM = fileURLToPath(new URL('./daemon-victim.js', import.meta.url));

t.test(
  'whatever fails at a start, it is said and nothing is left that keeps the process alive',
  async (t) => {
    const cwd = t.testdir({
      'geopool.yaml': 'geo: { city: city.mmdb }\n',
      'city.mmdb': Buffer.from(smallCity()),
      zones: { 'a.yaml': zoneText() },
    });
    // While judging is opened; when all listens; and at the very end.
    for (const where of ['notify', 'serving', 'ready']) {
      const child = spawn(process.execPath, [VICTIM, where], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
      t.teardown(() => child.kill('SIGKILL'));
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      await within(once(child, 'close'), `the end of a start that failed at ${where}`);
      t.equal(said, `TypeError: unforeseen at ${where}\n`);
      t.match(child, { exitCode: 0, signalCode: null }, 'by itself');
    }
  },
);
