import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { StoredVerdict } from '../../src/health/stored-verdict.js';
import { keepVerdicts, readVerdicts } from '../../src/health/verdicts-file.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from './recording-log.js';

const up: StoredVerdict = { verdict: 'up', since: 1, lastProbe: { at: 2, ok: true, ms: 0.5 } };
const down: StoredVerdict = {
  verdict: 'down',
  since: 3,
  cause: 'connection refused',
  lastProbe: {
    at: 4,
    ok: false,
    ms: 1,
    error: 'connection refused',
    rate: 2e6,
    certificateEnds: 253_402_300_799_000,
  },
  returned: 5,
  flap: { lapses: [1, 2], falls: [3], level: 4 },
};

function scene(directory: string) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const files = createStateFiles({ directory, clock, log });
  const verdicts = new Map<string, StoredVerdict>();
  const text = () => {
    try {
      return readFileSync(join(directory, 'verdicts.json'), 'utf8');
    } catch {
      return '';
    }
  };
  return { clock, log, files, verdicts, text, file: keepVerdicts(files, clock, () => verdicts) };
}

/** Waits for real writes, which no fake clock hurries. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

t.test('verdicts are on disk within a second of a change', async (t) => {
  const { file, files, verdicts, clock, text, log } = scene(t.testdir());
  file.mark();
  verdicts.set('["a","b"]', up).set('c', down);
  await clock.advance(1000);
  await until(() => text() !== '');
  t.same(await readVerdicts(files), verdicts);
  await file.close();
  t.same(log.lines, []);
});

t.test('verdicts that stand are written anew, or they would look old', async (t) => {
  const { file, verdicts, clock, text } = scene(t.testdir());
  verdicts.set('first', up);
  await clock.advance(301_000);
  await until(() => text().includes('first'));
  verdicts.set('second', up);
  await clock.advance(301_000);
  await until(() => text().includes('second'));
  t.pass('twice, with no mark at all');
  await file.close();
  t.equal(clock.waiting(), 0);
});

t.test('closing writes the verdicts a last time', async (t) => {
  const { file, files, verdicts } = scene(t.testdir());
  verdicts.set('a', up);
  await file.close();
  t.same(await readVerdicts(files), verdicts);
});

t.test('those of version 1 are read, but for absurd ones', async (t) => {
  const directory = t.testdir();
  const { files, log } = scene(directory);
  const absurd: StoredVerdict[] = [
    { ...up, since: 1e300 },
    { ...up, returned: 8.64e15 },
    { ...up, lastProbe: { ...up.lastProbe, ms: 1e300 } },
    { ...down, lastProbe: { ...down.lastProbe, certificateEnds: -1e300 } },
    { ...down, flap: { lapses: [], falls: [], level: 2000 } },
  ];
  const entries = [
    { key: 'a', ...up },
    ...absurd.map((verdict) => ({ key: 'x', ...verdict })),
    { key: 'b', ...down },
  ];
  writeFileSync(join(directory, 'verdicts.json'), JSON.stringify({ version: 1, verdicts: entries }));
  t.same(
    await readVerdicts(files),
    new Map([
      ['a', up],
      ['b', down],
    ]),
  );
  t.same(log.events(), ['state-file-set-aside']);
});
