import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { z } from 'zod';
import { createStateFiles } from '../../src/state/state-files.js';
import { formatState, type StateKind } from '../../src/state/state-kind.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { asNobody } from './as-nobody.js';
import { ODD_FILES, putInPlace } from './odd-files.js';

interface Entry {
  readonly mirror: string;
}

const kind: StateKind<Entry> = {
  name: 'x.json',
  version: 2,
  holds: 'mirrors',
  entry: z.strictObject({ mirror: z.string() }),
};
const before: Entry[] = [{ mirror: 'aurora' }, { mirror: 'boreas' }];
const now: Entry[] = [{ mirror: 'cascade' }];

function scene(directory: string, forbidden?: () => Promise<string | undefined>) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const files = createStateFiles({ directory, clock, log, ...(forbidden !== undefined && { forbidden }) });
  return { clock, log, files, path: join(directory, kind.name) };
}

/** A directory with a file of `before`. */
function kept(t: Test, text = formatState(kind, before)): string {
  return t.testdir({ [kind.name]: text });
}

/** Waits for real writes, which no fake clock hurries. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

t.test('a first start finds nothing, which is no news', async (t) => {
  const { files, log } = scene(join(t.testdir(), 'missing'));
  t.same(await files.read(kind), []);
  t.same(log.lines, []);
  t.same(files.problems(), []);
});

t.test('what the process before kept, and its unfinished writes cleared away', async (t) => {
  const directory = t.testdir({
    'x.json': formatState(kind, before),
    '.x.json.4711.tmp': '{"version":2,"mir',
    '.y.json.4711.tmp': 'somebody else’s',
  });
  const { files, log } = scene(directory);
  t.same(await files.read(kind), before);
  t.same(readdirSync(directory).sort(), ['.y.json.4711.tmp', 'x.json']);
  t.same(log.lines, []);
});

t.test('what is kept is on disk when the promise resolves, in directories made for it', async (t) => {
  const directory = join(t.testdir(), 'state', 'deep');
  const { files, log } = scene(directory);
  await files.keep(kind, () => now).flush();
  t.same(await scene(directory).files.read(kind), now);
  t.equal(statSync(directory).mode & 0o027, 0, 'not for everybody');
  await files
    .below('deeper')
    .keep(kind, () => before)
    .flush();
  t.same(await scene(join(directory, 'deeper')).files.read(kind), before);
  t.same(log.lines, []);
});

t.test('what can’t be read is never overwritten, and said', async (t) => {
  const directory = kept(t);
  const text = formatState(kind, before);
  chownSync(directory, 65534, 65534);
  const { files, log, path, clock } = scene(directory);
  chmodSync(path, 0);
  await asNobody(async () => {
    t.same(await files.read(kind), []);
    t.match(log.lines, [{ level: 'error', event: 'state-read-failed', path, error: /EACCES/ }]);
    t.match(files.problems(), [/x\.json can't be read \(EACCES.*/]);
    const file = files.keep(kind, () => now);
    await t.rejects(file.flush(), { message: /can't be read/ });
    await clock.advance(120_000);
    await file.close();
    t.equal(log.lines.length, 1, 'once');
    t.equal(files.failures(), 0, 'a write that is not tried does not fail');
  });
  t.equal(readFileSync(path, 'utf8'), text);
  chmodSync(path, 0o600);
  t.same(await scene(directory).files.read(kind), before, 'the next start has it');
});

t.test('whatever lies there is left there, until somebody removes it', async (t) => {
  for (const odd of Object.keys(ODD_FILES)) {
    const { files, log, path } = scene(t.testdir());
    putInPlace(odd, path);
    const was = statSync(path).ino;
    t.same(await files.read(kind), [], odd);
    t.same(log.events(), ['state-read-failed'], odd);
    const file = files.keep(kind, () => now);
    await t.rejects(file.flush());
    t.equal(statSync(path).ino, was, odd);
    rmSync(path, { recursive: true });
    await file.flush();
    t.same(files.problems(), [], odd);
    t.same(await files.read(kind), now, odd);
    await file.close();
  }
});

t.test('a damaged entry is set aside, the others count', async (t) => {
  const text = formatState(kind, before).replace('boreas', 'bореas');
  const directory = kept(t, text);
  const { files, log, path, clock } = scene(directory);
  t.same(await files.read(kind), [before[0]]);
  t.equal(readFileSync(`${path}.bad`, 'utf8'), text);
  t.match(log.lines, [
    {
      level: 'error',
      event: 'state-file-set-aside',
      path,
      message: /what is whole in it counts, all of it is kept as .*x\.json\.bad$/,
    },
  ]);
  t.same(files.problems(), [log.lines[0]?.message]);
  const file = files.keep(kind, () => before.slice(0, 1));
  await clock.advance(1000);
  await file.close();
  const again = scene(directory);
  t.same(await again.files.read(kind), [before[0]]);
  t.same(again.log.lines, [], 'it was written anew without being asked for, and is said once');
});

t.test('a file of a newer version is set aside, so that a downgrade starts', async (t) => {
  const text = formatState({ ...kind, version: 3 }, before);
  const { files, path } = scene(kept(t, text));
  t.same(await files.read(kind), []);
  t.match(files.problems(), [/it is of version 3, this program writes 2/]);
  t.equal(readFileSync(`${path}.bad`, 'utf8'), text);
  await files.keep(kind, () => now).flush();
  t.same(await files.read(kind), now);
});

t.test('what is damaged and can’t be set aside is not overwritten either', async (t) => {
  const directory = kept(t, 'garbage');
  mkdirSync(join(directory, 'x.json.bad'));
  writeFileSync(join(directory, 'x.json.bad', 'in the way'), '');
  const { files, log, path } = scene(directory);
  t.same(await files.read(kind), []);
  t.match(log.lines, [{ event: 'state-read-failed', message: /nor can .*x\.json\.bad be written/ }]);
  await t.rejects(files.keep(kind, () => now).flush());
  t.equal(readFileSync(path, 'utf8'), 'garbage');
});

t.test('a directory that can’t be written: said once, counted, said again when it recovers', async (t) => {
  const directory = join(t.testdir({ state: 'a file where the directory should be' }), 'state');
  const { files, log, clock, path } = scene(directory);
  const one = files.keep(kind, () => now);
  const other = files.keep({ ...kind, name: 'y.json' }, () => now);
  await t.rejects(one.flush(), {
    code: 'STATE_UNUSABLE',
    message: /x\.json can't be written \(ENOTDIR.*; what is new holds until this server ends, not after$/,
  });
  other.mark();
  await clock.advance(500);
  await until(() => files.failures() === 2);
  await clock.advance(30_000);
  await until(() => files.failures() === 4);
  t.same(log.events(), ['state-write-failed'], 'said once');
  t.match(log.lines[0], { level: 'error', path, error: /ENOTDIR/ });
  t.equal(files.problems().length, 2);

  rmSync(directory);
  await clock.advance(30_000);
  await until(() => log.lines.length === 2);
  t.match(log.lines[1], { event: 'state-write-recovered', level: 'info', failures: 4 });
  t.same(files.problems(), []);
  t.same(await files.read(kind), now, 'nothing of it is lost');

  rmSync(directory, { recursive: true });
  writeFileSync(directory, '');
  await t.rejects(one.flush());
  t.equal(log.events().at(-1), 'state-write-failed', 'said anew the next time');
  await Promise.all([one.close(), other.close()]);
});

t.test('while it is forbidden nothing is written', async (t) => {
  let reason: string | undefined = 'another server has it';
  const directory = kept(t);
  const { files, clock } = scene(directory, async () => reason);
  const file = files.keep(kind, () => now);
  await t.rejects(file.flush(), { message: reason });
  t.same(await files.read(kind), before);
  reason = undefined;
  await clock.advance(30_000);
  await file.close();
  t.same(await files.read(kind), now);
});

t.test('what is gone is written anew when it is said', async (t) => {
  const directory = join(t.testdir(), 'state');
  const { files, clock } = scene(directory);
  const file = files.keep(kind, () => now);
  let told = 0;
  files.follow(() => told++);
  await file.flush();
  rmSync(directory, { recursive: true });
  files.writeAnew();
  await clock.advance(500);
  await file.close();
  t.same(await files.read(kind), now);
  t.equal(told, 1);
});
