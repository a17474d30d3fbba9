import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { formatOverrides, formatVerdicts } from '../../src/health/journal-format.js';
import type { Override } from '../../src/health/overrides.js';
import { readJournal } from '../../src/health/read-journal.js';
import type { StoredVerdict } from '../../src/health/stored-verdict.js';
import { createRecordingLog } from './recording-log.js';

const overrides: Override[] = [{ zone: 'dl.example.org', mirror: 'aurora', reason: 'disk', since: 1 }];
const verdicts = new Map<string, StoredVerdict>([
  ['a', { verdict: 'up', since: 1, lastProbe: { at: 2, ok: true, ms: 3 } }],
]);
const NOTHING = { verdicts: new Map(), overrides: [] };

t.test('a first start finds nothing, which is no news', async (t) => {
  const log = createRecordingLog();
  t.same(await readJournal(t.testdir(), log), NOTHING);
  t.same(await readJournal(join(t.testdir(), 'missing'), log), NOTHING);
  t.same(log.lines, []);
});

t.test('what the last process left, and its unfinished writes cleared away', async (t) => {
  const log = createRecordingLog();
  const directory = t.testdir({
    'verdicts.json': formatVerdicts(verdicts),
    'overrides.json': formatOverrides(overrides),
    '.verdicts.json.4711.tmp': '{"version":1,"verd',
    '.overrides.json.4711.tmp': '',
    'last-good.yaml': 'somebody else’s',
  });
  t.same(await readJournal(directory, log), { verdicts, overrides });
  t.same(readdirSync(directory).sort(), ['last-good.yaml', 'overrides.json', 'verdicts.json']);
  t.same(log.lines, []);
});

t.test('a file that can’t be believed is set aside, and the other one counts', async (t) => {
  for (const text of [
    '',
    '{"version":1,"verdicts":[{"key":"a","ver',
    '{"version":99,"verdicts":[]}',
    '\0'.repeat(4096),
  ]) {
    const log = createRecordingLog();
    const directory = t.testdir({
      'verdicts.json': text,
      'overrides.json': formatOverrides(overrides),
      'verdicts.json.bad': 'an earlier one',
    });
    t.same(await readJournal(directory, log), { verdicts: new Map(), overrides });
    t.same(readdirSync(directory).sort(), ['overrides.json', 'verdicts.json.bad']);
    t.equal(readFileSync(join(directory, 'verdicts.json.bad'), 'utf8'), text);
    t.match(log.lines, [
      { event: 'state-file-set-aside', level: 'warn', path: join(directory, 'verdicts.json') },
    ]);
    t.match(log.lines[0]?.message, /kept as .*verdicts\.json\.bad/);
  }
});

t.test('a file that can’t be read, or not be set aside, is said and survived', async (t) => {
  const log = createRecordingLog();
  const directory = t.testdir({
    'verdicts.json': {},
    'overrides.json': 'garbage',
    'overrides.json.bad': { 'in the way': '' },
  });
  t.same(await readJournal(directory, log), NOTHING);
  t.same(log.events(), ['state-read-failed', 'state-file-set-aside']);
  t.match(log.lines[1]?.message, /can't be renamed/);

  const other = createRecordingLog();
  t.same(await readJournal(join(t.testdir({ file: '' }), 'file'), other), NOTHING);
  t.ok(other.events().includes('state-read-failed'));
});
