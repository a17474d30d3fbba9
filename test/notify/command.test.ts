/** A real command. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCommand } from '../../src/notify/command.js';
import { message } from './hook.js';

t.test('a command gets it on its standard input and in its environment', async (t) => {
  const directory = t.testdir({});
  const out = join(directory, 'out');
  await runCommand(
    [
      '/bin/sh',
      '-c',
      'cat > "$0"; printf "%s|%s|%s" "$GEOPOOL_EVENT" "$GEOPOOL_EVENTS" "$GEOPOOL_TEXT" > "$0.env"',
      out,
    ],
    message,
  );
  t.same(JSON.parse(readFileSync(out, 'utf8')), message);
  t.equal(readFileSync(`${out}.env`, 'utf8'), 'down|1|geopool on here: aurora is down: connection refused');
});

t.test('a command that fails, hangs, or is not there', async (t) => {
  await t.rejects(runCommand(['/bin/sh', '-c', 'echo first >&2; echo no pager >&2; exit 3'], message), {
    message: '/bin/sh ended with 3: no pager',
  });
  await t.rejects(runCommand(['/bin/sleep', '60'], message, 50), {
    message: '/bin/sleep took longer than 0.05 s',
  });
  await t.rejects(runCommand(['/nonexistent'], message), {
    message: /^\/nonexistent can't be started: .*ENOENT/,
  });
  await runCommand(['/bin/true'], message);
  t.pass('one that reads nothing is fine');
});
