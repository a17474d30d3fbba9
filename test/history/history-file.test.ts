import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import t from 'tap';
import { reportHistory } from '../../src/daemon/history-report.js';
import type { HistorySubject } from '../../src/history/history-event.js';
import { openHistory, rememberedHistory } from '../../src/history/history-file.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { asNobody } from '../state/as-nobody.js';

const DAY = 86_400_000;

const aurora: HistorySubject = {
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
      subject: aurora,
      from: i % 2 === 0 ? 'up' : 'down',
      to: i % 2 === 0 ? 'down' : 'up',
      cause: String(i),
    });
  return { clock, log, files, file, flip };
}

async function remembered(directory: string, now: number): Promise<number[]> {
  const { history, damaged } = await rememberedHistory(directory, now);
  t.equal(damaged, 0);
  const [past] = history.pasts(history.time.now());
  return (past?.transitions ?? []).map(({ cause }) => Number(cause));
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
  t.equal((await remembered(directory, clock.now())).at(-1), 499);
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
  t.same(log.events(), ['state-write-failed']);
  rmSync(join(parent, 'blocked'));
  mkdirSync(directory, { recursive: true });
  await clock.advance(31_000);
  await file.settled();
  t.same(log.events().at(-1), 'state-write-recovered');
  flip(1);
  await file.close();
  t.equal((await remembered(directory, clock.now())).length, 2, 'nothing that happened meanwhile is lost');
});

t.test('a file that can be written but not opened again counts as a failed write', async (t) => {
  const directory = t.testdir();
  const path = join(directory, 'history.log');
  const clock = createFakeClock();
  const log = createRecordingLog();
  const files = createStateFiles({ directory, clock, log });
  const write: typeof files.write = async (name, text) => {
    await files.write(name, text);
    rmSync(path);
    mkdirSync(path);
  };
  const file = await openHistory({ files: { ...files, write }, clock, log });
  await file.settled();
  t.equal(files.failures(), 1);
  t.match(log.lines, [{ event: 'state-write-failed', path, error: /EISDIR/ }]);
  await file.close();
});

t.test('a clock that is set while it runs rewrites nothing, killed or not', async (t) => {
  const directory = t.testdir();
  const { clock, files, file, flip } = await scene(directory);
  file.record({ type: 'watch', subject: aurora, state: 'up' });
  await clock.advance(100 * DAY);
  flip(0);
  const fell = clock.now();
  await clock.advance(60_000);
  clock.jump(3650 * DAY);
  flip(1);
  const rose = clock.now();
  await clock.advance(60_000);
  /** As it is remembered where the wall clock says that, a few minutes later. */
  const look = async (now: number) => {
    const { history, damaged } = await rememberedHistory(directory, now);
    t.equal(damaged, 0);
    const report = await reportHistory(history, history.time.now());
    t.equal(report.at, new Date(now).toISOString());
    t.ok((report.addresses[0]?.availability[180] ?? 0) > 0.9999, 'it was up, but for a minute');
    t.ok((report.addresses[0]?.observed[180] ?? 0) > (99 * DAY) / 1000);
    t.same(report.mirrors[0]?.strikes, []);
    return report.transitions.map(({ at }) => Date.parse(at));
  };
  await file.settled();
  t.same(await look(clock.now()), [fell, rose]);
  const [early, late = 0] = await look(clock.now() - 3650 * DAY);
  t.equal(early, fell);
  t.ok(late > fell && late < fell + 180_000, 'by a clock that is right again, as well as anybody can know');
  // Nobody closes it: the next process begins ten years ahead, and its clock is set right while it runs.
  const next = await openHistory({ files, clock, log: createRecordingLog() });
  await clock.advance(60_000);
  clock.jump(-3650 * DAY);
  next.record({ type: 'watch', subject: aurora, state: 'up' });
  await clock.advance(60_000);
  await next.close();
  t.same(await look(clock.now()), [fell, fell + 60_000]);
});

t.test('a file of before there were such times is read', async (t) => {
  const line = (json: string): string => `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
  const begin = Date.UTC(2026, 0, 1);
  const hours = `[[${begin / 3_600_000},24,3600000,0]]`;
  const subject = JSON.stringify(aurora);
  const directory = t.testdir({
    'history.log': [
      '{"type":"history","version":1}',
      `{"type":"past","subject":${subject},"state":"up","watched":true,"counted":${begin + DAY},"tally":{"hours":${hours},"days":[]},"transitions":[{"at":${begin},"from":"down","to":"up"}]}`,
      `{"type":"alive","at":${begin + DAY}}`,
    ]
      .map(line)
      .join(''),
  });
  const { history, damaged } = await rememberedHistory(directory, begin + DAY + 3_600_000);
  t.equal(damaged, 0);
  t.match(await reportHistory(history, history.time.now()), {
    at: '2026-01-02T01:00:00.000Z',
    transitions: [{ at: '2026-01-01T00:00:00.000Z' }],
    addresses: [{ availability: { 7: 1 }, observed: { 7: 86_400 } }],
  });
});

t.test('there is nothing to remember where there was never a server', async (t) => {
  await t.rejects(rememberedHistory(t.testdir(), 0), { code: 'ENOENT' });
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
