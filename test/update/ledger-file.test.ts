import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { noteCheck } from '../../src/update/ledger.js';
import { ledgerFile } from '../../src/update/ledger-file.js';
import { keptLog, scratch } from './scenery.js';

t.test('what one writes another reads', async (t) => {
  const directory = await scratch(t);
  const log = keptLog();
  const first = ledgerFile(directory, log);
  await first.load();
  await first.change((ledger) => noteCheck(ledger, 'A', 1_000));
  const second = ledgerFile(directory, log);
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
  const file = ledgerFile(directory, keptLog());
  file.note((ledger) => noteCheck(ledger, 'A', 1_000, 'locked'));
  t.equal(file.current().editions.get('A')?.lastError, 'locked');
  t.same(await readdir(directory), []);
});

t.test('a broken file is said and replaced', async (t) => {
  const directory = await scratch(t);
  const log = keptLog();
  await writeFile(join(directory, 'updates.json'), '{"editions":');
  const file = ledgerFile(directory, log);
  await file.load();
  t.same(log.events(), ['update-ledger-ignored']);
  await file.change((ledger) => noteCheck(ledger, 'A', 1_000));
  t.match(JSON.parse(await readFile(join(directory, 'updates.json'), 'utf8')), { editions: { A: {} } });
});

t.test('one that can not be read is said', async (t) => {
  const directory = await scratch(t);
  const log = keptLog();
  await mkdir(join(directory, 'updates.json'));
  await ledgerFile(directory, log).load();
  t.match(log.lines, [{ level: 'warn', fields: { event: 'update-ledger-ignored', reason: /EISDIR/ } }]);
});

t.test('one that can not be written is said once, and remembered', async (t) => {
  const directory = join(await scratch(t), 'later');
  const log = keptLog();
  const file = ledgerFile(directory, log);
  await file.change((ledger) => noteCheck(ledger, 'A', 1_000));
  await file.change((ledger) => noteCheck(ledger, 'A', 2_000));
  await file.load();
  t.same(log.events(), ['update-ledger-unwritable']);
  t.equal(file.current().editions.get('A')?.lastCheck, 2_000);
  await mkdir(directory);
  await file.change((ledger) => noteCheck(ledger, 'A', 3_000));
  await rm(directory, { recursive: true });
  await file.change((ledger) => noteCheck(ledger, 'A', 4_000));
  t.same(
    log.events(),
    ['update-ledger-unwritable', 'update-ledger-unwritable'],
    'again when it happens anew',
  );
});
