/** A file that is replaced is noticed once, when whoever writes it is done. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { watchFiles } from '../../src/daemon/file-watch.js';
import { createFakeClock } from '../fake-clock.js';

const PERIOD = 5000;

function scene(t: Test) {
  const directory = t.testdir({ 'a.mmdb': 'a', 'b.mmdb': 'b' });
  const clock = createFakeClock();
  let paths = [join(directory, 'a.mmdb'), join(directory, 'c.mmdb')];
  let changes = 0;
  const watch = watchFiles(
    () => paths,
    clock,
    () => changes++,
  );
  return {
    clock,
    watch,
    path: (name: string) => join(directory, name),
    lookAt: (...next: string[]) => {
      paths = next.map((name) => join(directory, name));
    },
    /** Changes after so many looks. */
    async after(looks: number): Promise<number> {
      await clock.advance(looks * PERIOD);
      return changes;
    },
  };
}

t.test('a change counts once it has come to rest', async (t) => {
  const { path, after } = scene(t);
  t.equal(await after(3), 0);
  writeFileSync(path('a.mmdb'), 'half');
  t.equal(await after(1), 0, 'it may be half of a file');
  writeFileSync(path('a.mmdb'), 'half and more');
  t.equal(await after(1), 0, 'it grows');
  t.equal(await after(1), 1);
  t.equal(await after(5), 1, 'once');
  writeFileSync(path('b.mmdb'), 'another');
  t.equal(await after(5), 1, 'a file that nobody asked about');
});

t.test('so do coming and going, and another path', async (t) => {
  const { path, after, lookAt } = scene(t);
  writeFileSync(path('c.mmdb'), 'c');
  t.equal(await after(2), 1);
  rmSync(path('c.mmdb'));
  t.equal(await after(2), 2);
  lookAt('a.mmdb', 'b.mmdb');
  t.equal(await after(2), 3);
});

t.test('what was read already is no change, and nothing is looked at after the end', async (t) => {
  const { path, after, watch, clock } = scene(t);
  writeFileSync(path('a.mmdb'), 'anew');
  watch.acknowledge();
  t.equal(await after(3), 0);
  writeFileSync(path('a.mmdb'), 'anew again');
  watch.stop();
  t.equal(clock.waiting(), 0);
  t.equal(await after(3), 0);
});
