import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { createStateFiles } from '../../src/state/state-files.js';
import { DOWNLOADS_A_DAY, noteCheck } from '../../src/update/ledger.js';
import { type LedgerFile, ledgerFile } from '../../src/update/ledger-file.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog, type RecordingLog } from '../health/recording-log.js';
import { scratch } from './scenery.js';

function open(directory: string, log: RecordingLog, clock = createFakeClock()): LedgerFile {
  return ledgerFile(createStateFiles({ directory, clock, log }), clock);
}

t.test('what one writes another reads', async (t) => {
  const directory = await scratch(t);
  const log = createRecordingLog();
  const first = open(directory, log);
  await first.load();
  await first.change((ledger) => noteCheck(ledger, 'A', 1_000));
  const second = open(directory, log);
  t.equal(second.current().editions.size, 0);
  await second.load();
  t.same(second.current(), first.current());
  await second.change((ledger) => noteCheck(ledger, 'A', 2_000));
  await first.load();
  t.equal(first.current().editions.get('A')?.lastCheck, 2_000);
  t.same(await readdir(directory), ['updates.json']);
  t.same(log.lines, []);
});

t.test('a note stays in memory', async (t) => {
  const directory = await scratch(t);
  const file = open(directory, createRecordingLog());
  file.note((ledger) => noteCheck(ledger, 'A', 1_000, 'locked'));
  t.equal(file.current().editions.get('A')?.lastError, 'locked');
  t.same(await readdir(directory), []);
});

t.test('a broken file is set aside and replaced', async (t) => {
  const directory = await scratch(t);
  const log = createRecordingLog();
  await writeFile(join(directory, 'updates.json'), '{"editions":');
  const file = open(directory, log);
  await file.load();
  t.same(log.events(), ['state-file-set-aside']);
  await file.change((ledger) => noteCheck(ledger, 'A', 1_000));
  t.match(JSON.parse(await readFile(join(directory, 'updates.json'), 'utf8')), {
    updates: [{ edition: 'A' }],
  });
});

t.test('one that can not be written is said once, and remembered', async (t) => {
  const directory = join(await scratch(t), 'later');
  await writeFile(directory, 'in the way');
  const log = createRecordingLog();
  const file = open(directory, log);
  await file.change((ledger) => noteCheck(ledger, 'A', 1_000));
  await file.change((ledger) => noteCheck(ledger, 'A', 2_000));
  await file.load();
  t.same(log.events(), ['state-write-failed']);
  t.equal(file.current().editions.get('A')?.lastCheck, 2_000);
  await rm(directory);
  await file.change((ledger) => noteCheck(ledger, 'A', 3_000));
  t.same(log.events(), ['state-write-failed', 'state-write-recovered']);
});

t.test('setting the clock gives nobody more downloads', async (t) => {
  const clock = createFakeClock();
  const file = open(await scratch(t), createRecordingLog(), clock);
  for (let i = 0; i < DOWNLOADS_A_DAY; i++) await file.spend();
  for (const days of [0, 3, -30]) {
    clock.jump(days * 86_400_000);
    await file.load();
    t.equal(file.untilDownload(), 86_400_000, `${days} days`);
  }
  await clock.advance(86_400_000);
  t.ok(file.untilDownload() <= 0);
});
