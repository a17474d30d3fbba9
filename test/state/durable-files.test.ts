import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { describeError } from '../../src/platform/errors.js';
import { writeAllDurablySync } from '../../src/state/durable-files.js';

t.test('hundreds are written, and what is in the way of one stops no other', async (t) => {
  const directory = t.testdir();
  const names = Array.from({ length: 200 }, (_, i) => `file-${i}`);
  mkdirSync(join(directory, 'file-7', 'inside'), { recursive: true });
  const faults: string[] = [];
  const files = new Map(names.map((name) => [join(directory, name), name]));
  writeAllDurablySync(files, (error) => faults.push(describeError(error)));
  t.equal(faults.length, 1);
  t.match(faults[0], 'file-7');
  t.same(readdirSync(directory).sort(), [...names].sort(), 'nothing is left beside them');
  const written = names.filter((name) => name !== 'file-7');
  t.same(
    written.map((name) => readFileSync(join(directory, name), 'utf8')),
    written,
  );
});
