import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Subject } from '../../src/health/history-event.js';
import { openHistory, rememberedHistory } from '../../src/health/history-file.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { asNobody } from '../state/as-nobody.js';
import { createRecordingLog } from './recording-log.js';

const aurora: Subject = {
  zone: 'dl.example.org',
  pool: 'dl.example.org',
  mirror: 'aurora',
  address: '192.0.2.10',
  family: 'ipv4',
};

async function scene(directory: string, limit?: number) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const files = createStateFiles({ directory, clock, log });
  const file = await openHistory({ files, clock, log, ...(limit !== undefined && { limit }) });
  const flip = (i: number): void =>
    file.record({
      type: 'turn',
      at: clock.now() + i,
      subject: aurora,
      from: i % 2 === 0 ? 'up' : 'down',
      to: i % 2 === 0 ? 'down' : 'up',
    });
  return { clock, log, files, file, flip };
}

async function remembered(directory: string, now: number): Promise<number[]> {
  const { history, damaged } = await rememberedHistory(directory);
  t.equal(damaged, 0);
  const [past] = history.pasts(now);
  return (past?.transitions ?? []).map(({ at }) => at);
}

t.test('what happened is there for the next process', async (t) => {
  const directory = join(t.testdir(), 'deep', 'state');
  const { clock, file, flip, log } = await scene(directory);
  for (let i = 0; i < 10; i++) flip(i);
  await file.settled();
  t.equal((await remembered(directory, clock.now())).length, 10, 'before it is closed');
  await file.close();
  t.equal(statSync(join(directory, 'history.log')).mode & 0o007, 0, 'not for everybody');
  const second = await scene(directory);
  second.flip(10);
  await second.file.close();
  t.equal((await remembered(directory, clock.now())).length, 11);
  t.same([...log.lines, ...second.log.lines], []);
});

t.test('the file is summed up before it grows long', async (t) => {
  const directory = t.testdir();
  const { file, flip, clock } = await scene(directory, 2000);
  for (let i = 0; i < 500; i++) {
    flip(i);
    if (i % 5 === 0) await file.settled();
  }
  await file.close();
  t.ok(statSync(join(directory, 'history.log')).size < 20_000);
  t.equal((await remembered(directory, clock.now())).at(-1), clock.now() + 499);
});

t.test('a damaged line is said and left out', async (t) => {
  const directory = t.testdir();
  const first = await scene(directory);
  for (let i = 0; i < 3; i++) first.flip(i);
  await first.file.close();
  const path = join(directory, 'history.log');
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -9));
  const second = await scene(directory);
  t.match(second.log.lines, [{ event: 'history-damaged', lines: 1 }]);
  await second.file.close();
  t.equal((await scene(directory)).log.lines.length, 0, 'and is gone then');
});

t.test('a file of another program is set aside', async (t) => {
  const directory = t.testdir({ 'history.log': 'my notes\n' });
  const { log, file } = await scene(directory);
  await file.close();
  t.match(log.lines, [{ event: 'state-file-set-aside' }]);
  t.equal(readFileSync(join(directory, 'history.log.bad'), 'utf8'), 'my notes\n');
});

t.test('a directory that can not be written is said once, and caught up with', async (t) => {
  const parent = t.testdir({ blocked: 'a file' });
  const directory = join(parent, 'blocked', 'state');
  const { file, files, flip, log, clock } = await scene(directory);
  flip(0);
  await file.settled();
  await clock.advance(31_000);
  await file.settled();
  t.equal(files.failures(), 2);
  t.same(log.events(), ['state-sweep-failed', 'state-write-failed']);
  rmSync(join(parent, 'blocked'));
  mkdirSync(directory, { recursive: true });
  await clock.advance(31_000);
  await file.settled();
  t.same(log.events().at(-1), 'state-write-recovered');
  flip(1);
  await file.close();
  t.equal((await remembered(directory, clock.now())).length, 2, 'nothing that happened meanwhile is lost');
});

t.test('there is nothing to remember where there was never a server', async (t) => {
  await t.rejects(rememberedHistory(t.testdir()), { code: 'ENOENT' });
});

t.test('what can’t be read is never overwritten', async (t) => {
  const directory = t.testdir();
  const first = await scene(directory);
  for (let i = 0; i < 3; i++) first.flip(i);
  await first.file.close();
  chownSync(directory, 65534, 65534);
  const path = join(directory, 'history.log');
  const text = readFileSync(path, 'utf8');
  chmodSync(path, 0);
  const { log, file, flip, files, clock } = await asNobody(async () => {
    const second = await scene(directory);
    second.flip(3);
    await second.clock.advance(31_000);
    await second.file.settled();
    return second;
  });
  t.match(log.lines, [{ event: 'state-read-failed', error: /EACCES/ }]);
  t.match(files.problems(), [/history\.log can't be read/]);
  t.equal(readFileSync(path, 'utf8'), text);
  rmSync(path);
  await clock.advance(31_000);
  await file.settled();
  flip(4);
  await file.close();
  t.equal((await remembered(directory, clock.now())).length, 2, 'once it is gone, it is written again');
});

t.test('a history that is gone is written anew, with all that is known', async (t) => {
  const directory = join(t.testdir(), 'state');
  const { file, files, flip, clock } = await scene(directory);
  flip(0);
  await file.settled();
  rmSync(directory, { recursive: true });
  flip(1);
  await file.settled();
  files.writeAnew();
  await file.settled();
  flip(2);
  await file.close();
  t.equal((await remembered(directory, clock.now())).length, 3);
});
