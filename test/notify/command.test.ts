/** A real command. */
import { spawnSync } from 'node:child_process';
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

t.test('no descriptor is left for its pipes', async (t) => {
  const script = `
    import { openSync } from 'node:fs';
    const { runCommand } = await import(${JSON.stringify(new URL('../../src/notify/command.js', import.meta.url).href)});
    try {
      for (;;) openSync('/dev/null');
    } catch {}
    await runCommand(['/bin/true'], { events: [], text: '' }).catch((error) => console.log(error.message));
  `;
  const node = [process.execPath, '--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', 'ulimit -n 64; exec "$@"', 'sh', ...node], {
    encoding: 'utf8',
  });
  t.match(stdout, /^\/bin\/true can't be started: .*EMFILE/, stderr);
});
