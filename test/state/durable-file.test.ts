import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { describeError } from '../../src/platform/errors.js';
import { seededRandom } from '../../src/platform/random.js';
import {
  ensureDirectory,
  rewriteDurablySync,
  sweepUnfinished,
  writeDurably,
  writeDurablySync,
} from '../../src/state/durable-file.js';
import { writeAllDurablySync } from '../../src/state/durable-files.js';

const ways = {
  writeDurably,
  writeDurablySync: async (path: string, data: string | Uint8Array, mode?: number) =>
    writeDurablySync(path, data, mode),
  writeAllDurablySync: async (path: string, data: string | Uint8Array, mode?: number) => {
    const faults: unknown[] = [];
    writeAllDurablySync(new Map([[path, data]]), (error) => faults.push(error), mode);
    if (faults.length > 0) throw faults[0];
  },
};

for (const [name, write] of Object.entries(ways)) {
  t.test(`${name}: makes and replaces`, async (t) => {
    const path = join(t.testdir(), 'file.json');
    await write(path, 'one');
    t.equal(readFileSync(path, 'utf8'), 'one');
    await write(path, new Uint8Array([0, 255, 10]));
    t.same([...readFileSync(path)], [0, 255, 10]);
    t.same(readdirSync(join(path, '..')), ['file.json'], 'nothing is left beside it');
  });

  t.test(`${name}: owner and group may read, others not`, async (t) => {
    const directory = t.testdir();
    const before = process.umask(0o002);
    t.teardown(() => process.umask(before));
    await write(join(directory, 'usual'), 'x');
    await write(join(directory, 'secret'), 'x', 0o600);
    t.equal(statSync(join(directory, 'usual')).mode & 0o777, 0o640);
    t.equal(statSync(join(directory, 'secret')).mode & 0o777, 0o600);
  });

  t.test(`${name}: a failure leaves the old file and nothing beside it`, async (t) => {
    const directory = t.testdir({ target: { inside: 'old' }, file: 'old' });
    // A directory with something in it can't be replaced: the rename fails, after all else went well.
    await t.rejects(write(join(directory, 'target'), 'new'), { code: /EISDIR|ENOTEMPTY|EEXIST/ });
    t.same(readdirSync(directory).sort(), ['file', 'target']);
    await t.rejects(write(join(directory, 'file', 'below'), 'new'), { code: 'ENOTDIR' });
    await t.rejects(write(join(directory, 'missing', 'file'), 'new'), { code: 'ENOENT' });
    await t.rejects(write('/proc/geopool-test', 'new'), { code: 'ENOENT' });
    t.equal(readFileSync(join(directory, 'file'), 'utf8'), 'old');
  });

  t.test(`${name}: a full disk leaves the old file`, { skip: !existsSync('/dev/full') }, async (t) => {
    const directory = t.testdir({ file: 'old' });
    // The temporary file's name is known, so it can be made to lead to a device that is always full.
    const beside = join(directory, `.file.${process.pid}.tmp`);
    symlinkSync('/dev/full', beside);
    await t.rejects(write(join(directory, 'file'), 'new'), { code: 'ENOSPC' });
    t.equal(readFileSync(join(directory, 'file'), 'utf8'), 'old');
    t.same(readdirSync(directory), ['file']);
  });

  t.test(`${name}: what a killed process of the same number left is no obstacle`, async (t) => {
    const directory = t.testdir({ [`.file.${process.pid}.tmp`]: 'half a fi' });
    await write(join(directory, 'file'), 'new');
    t.same(readdirSync(directory), ['file']);
    t.equal(readFileSync(join(directory, 'file'), 'utf8'), 'new');
  });
}

t.test('directories are made as deep as need be', async (t) => {
  const path = join(t.testdir(), 'a', 'b', 'c');
  await ensureDirectory(path);
  t.ok(statSync(path).isDirectory());
  t.equal(statSync(path).mode & 0o027, 0, 'not for everybody');
  await t.resolves(ensureDirectory(path), 'one that is there is fine');
  await Promise.all([ensureDirectory(join(path, 'd', 'e')), ensureDirectory(join(path, 'd', 'e'))]);
  t.ok(existsSync(join(path, 'd', 'e')));
});

t.test('a directory that can’t be made is an error, and soon', async (t) => {
  const directory = t.testdir({ file: '' });
  await t.rejects(ensureDirectory(join(directory, 'file', 'below')), { code: 'ENOTDIR' });
  await t.rejects(ensureDirectory('/proc/geopool-test'), { code: 'ENOENT' });
  await t.rejects(ensureDirectory('/proc/geopool-test/deeper'), { code: 'ENOENT' });
  symlinkSync(join(directory, 'nowhere'), join(directory, 'dangling'));
  await t.rejects(ensureDirectory(join(directory, 'dangling', 'below')), { code: 'ENOENT' });
});

t.test('a sweep removes leftovers of that file and nothing else', async (t) => {
  const others = ['.file.bad.tmp', '.file.1.tmp.bak', '.other.1.tmp', 'file', 'file.1.tmp'];
  const directory = t.testdir(
    Object.fromEntries([...others, '.file.1.tmp', '.file.99999.tmp'].map((n) => [n, 'x'])),
  );
  await sweepUnfinished(join(directory, 'file'));
  t.same(readdirSync(directory).sort(), others.sort());
  await t.resolves(sweepUnfinished(join(directory, 'missing', 'file')), 'no directory, no leftovers');
  await t.rejects(sweepUnfinished(join(directory, 'file', 'below')), { code: 'ENOTDIR' });
});

t.test(
  'rewriteDurablySync: rights and owner stay as they were',
  { skip: process.getuid?.() !== 0 },
  async (t) => {
    const path = join(t.testdir({ file: 'old' }), 'file');
    chownSync(path, 65_534, 65_533);
    chmodSync(path, 0o2604);
    rewriteDurablySync(path, 'new');
    const { uid, gid, mode } = statSync(path);
    t.same([uid, gid, mode & 0o7777], [65_534, 65_533, 0o2604]);
    t.equal(readFileSync(path, 'utf8'), 'new');
    t.throws(() => rewriteDurablySync(join(path, '..', 'missing'), 'x'), { code: 'ENOENT' });
  },
);

/** Writes numbered files over and over, each a number and then that many bytes, and says each number once it is durable. */
const WRITER = `
  import { writeSync } from 'node:fs';
  import { writeDurably } from '${new URL('../../src/state/durable-file.js', import.meta.url)}';
  const [path, from] = process.argv.slice(2);
  for (let n = Number(from); ; n++) {
    const size = (n * 7919) % 300000;
    await writeDurably(path, n + ' ' + size + ' ' + 'x'.repeat(size));
    writeSync(1, n + '\\n');
  }
`;

/** Kills a writer `delay` ms after its first word, gives the last number that it said. */
async function writeAndKill(child: ChildProcess, delay: number): Promise<number> {
  let said = '';
  if (child.stdout === null) throw new Error('no stdout');
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  const closing = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closing]);
  setTimeout(() => child.kill('SIGKILL'), delay);
  await closing;
  return Number(said.trimEnd().split('\n').at(-1));
}

t.test(
  'killed at any moment, the file is whole, and never older than what was said to be durable',
  async (t) => {
    const directory = t.testdir();
    const program = join(directory, 'program');
    const state = join(directory, 'state');
    for (const made of [program, state]) mkdirSync(made);
    writeFileSync(join(program, 'writer.mjs'), WRITER);

    const path = join(state, 'file');
    const random = seededRandom(11);
    let next = 1;
    let leftovers = 0;
    for (let round = 0; round < 25; round++) {
      const child = spawn(process.execPath, [join(program, 'writer.mjs'), path, String(next)], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { PATH: process.env.PATH },
      });
      const said = await writeAndKill(child, random() * 12);
      const [number = '', size = '', body = ''] = readFileSync(path, 'utf8').split(' ');
      t.equal(body.length, Number(size), `round ${round}: number ${number} is whole`);
      t.ok(Number(number) >= said, `it is not older than ${said}`);
      leftovers += readdirSync(state).length - 1;
      await sweepUnfinished(path);
      t.same(readdirSync(state), ['file']);
      next = Number(number) + 1;
    }
    t.comment(`${leftovers} of 25 kills came in the middle of a write`);
  },
);

t.test('the error says what the system said', async (t) => {
  const path = join(t.testdir(), 'missing', 'file');
  await writeDurably(path, 'x').then(
    () => t.fail('written'),
    (error: unknown) => t.match(describeError(error), /ENOENT/),
  );
});
