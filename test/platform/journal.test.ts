/** Lines for the journal, and for everybody else. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import t from 'tap';
import { isJournal, PRIORITY, prioritised } from '../../src/platform/journal.js';

t.test('the journal is known by the file that it reads', async (t) => {
  const fd = openSync('/dev/null', 'r');
  const { dev, ino } = fstatSync(fd);
  t.ok(isJournal(fd, `${dev}:${ino}`));
  t.notOk(isJournal(fd, `${dev}:${ino + 1}`));
  t.notOk(isJournal(fd, undefined));
  closeSync(fd);
  t.notOk(isJournal(fd, `${dev}:${ino}`), 'a descriptor that is closed');
});

t.test('an error is an error to it', async (t) => {
  t.equal(prioritised('{"level":"error"}', PRIORITY.error), '<3>{"level":"error"}');
});
