import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createJournal } from '../../src/health/journal.js';
import type { Override } from '../../src/health/overrides.js';
import { readJournal } from '../../src/health/read-journal.js';
import type { StoredVerdict } from '../../src/health/stored-verdict.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from './recording-log.js';

const aurora: Override = { zone: 'dl.example.org', mirror: 'aurora', reason: 'disk', since: 1 };
const up: StoredVerdict = { verdict: 'up', since: 1, lastProbe: { at: 2, ok: true, ms: 3 } };

function scene(directory: string) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const verdicts = new Map<string, StoredVerdict>();
  const overrides: Override[] = [];
  const journal = createJournal({
    directory,
    clock,
    log,
    verdicts: () => verdicts,
    overrides: () => overrides,
  });
  return { clock, log, verdicts, overrides, journal };
}

/** Waits for real writes, which no fake clock hurries. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

t.test('overrides are on disk when the promise resolves', async (t) => {
  const directory = join(t.testdir(), 'state', 'deep');
  const { journal, overrides, log } = scene(directory);
  overrides.push(aurora);
  await journal.saveOverrides();
  t.same((await readJournal(directory, log)).overrides, [aurora]);
  t.equal(statSync(directory).mode & 0o027, 0, 'a directory made for it is not for everybody');
  await journal.close();
  t.same(log.lines, []);
});

t.test('verdicts are on disk within a second of a change', async (t) => {
  const directory = t.testdir();
  const { journal, verdicts, clock, log } = scene(directory);
  journal.markVerdicts();
  verdicts.set('a', up);
  await clock.advance(1000);
  await until(() => readdirSync(directory).includes('verdicts.json'));
  t.same((await readJournal(directory, log)).verdicts, new Map([['a', up]]));
  await journal.close();
});

t.test('verdicts that stand are written anew, or they would look old', async (t) => {
  const directory = t.testdir();
  const { journal, verdicts, clock } = scene(directory);
  const text = () => {
    try {
      return readFileSync(join(directory, 'verdicts.json'), 'utf8');
    } catch {
      return '';
    }
  };
  verdicts.set('first', up);
  await clock.advance(301_000);
  await until(() => text().includes('first'));
  verdicts.set('second', up);
  await clock.advance(301_000);
  await until(() => text().includes('second'));
  t.pass('twice, with no mark at all');
  await journal.close();
});

t.test('closing writes the verdicts a last time', async (t) => {
  const directory = t.testdir();
  const { journal, verdicts, clock, log } = scene(directory);
  verdicts.set('a', up);
  await journal.close();
  t.same((await readJournal(directory, log)).verdicts, new Map([['a', up]]));
  t.equal(clock.waiting(), 0);
});

t.test('a directory that can’t be written: said once, counted, said again when it recovers', async (t) => {
  const parent = t.testdir({ state: 'a file where the directory should be' });
  const directory = join(parent, 'state');
  const { journal, verdicts, overrides, clock, log } = scene(directory);
  verdicts.set('a', up);
  overrides.push(aurora);
  await t.rejects(journal.saveOverrides(), {
    code: 'STATE_UNUSABLE',
    message: /overrides\.json can't be written \(.*\): overrides hold until this server ends/,
  });
  t.equal(journal.failures(), 1);
  journal.markVerdicts();
  await clock.advance(500);
  await until(() => journal.failures() === 2);
  await clock.advance(30_000);
  await until(() => journal.failures() === 4);
  t.same(log.events(), ['state-write-failed'], 'said once');
  t.match(log.lines[0], { level: 'error', path: join(directory, 'overrides.json'), error: String });

  rmSync(directory);
  mkdirSync(directory);
  await clock.advance(30_000);
  await until(() => log.lines.length === 2);
  t.match(log.lines[1], { event: 'state-write-recovered', level: 'info', failures: 4 });
  t.equal(journal.failures(), 4);
  const stored = await readJournal(directory, log);
  t.same(stored, { verdicts, overrides }, 'nothing of it is lost');

  rmSync(directory, { recursive: true });
  writeFileSync(directory, '');
  await t.rejects(journal.saveOverrides(), { code: 'STATE_UNUSABLE' });
  t.equal(log.events().at(-1), 'state-write-failed', 'said anew the next time');
  await journal.close();
});

t.test('closing does not reject where nothing can be written', async (t) => {
  const { journal, log } = scene('/proc/geopool-test');
  await t.resolves(journal.close());
  t.equal(journal.failures(), 1);
  t.same(log.events(), ['state-write-failed']);
});
