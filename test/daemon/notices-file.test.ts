import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { formatNotices, parseNotices, readNotices } from '../../src/daemon/notices-file.js';
import type { Notice } from '../../src/notify/notice.js';
import type { Untold } from '../../src/notify/untold.js';
import { createRecordingLog } from '../health/recording-log.js';

const plain: Notice = { event: 'database-stale', at: '2026-01-01T00:00:00.000Z', text: 'old' };
const full: Notice = {
  event: 'down',
  at: '2026-01-01T00:00:00.000Z',
  text: 'aurora is down',
  zone: 'dl.example.org',
  pool: 'dl.example.org',
  family: 'ipv6',
  mirror: 'aurora',
  address: '2001:db8::1',
  cause: 'connection refused',
};

t.test('what is written is read again', async (t) => {
  const untold = new Map<string, Untold>([
    ['webhook', { trying: { events: [full], dropped: 1, attempts: 2 }, waiting: [plain], unsaid: 3 }],
    ['exec', { waiting: [], unsaid: 0 }],
  ]);
  t.same(parseNotices(formatNotices(untold)), untold);
});

t.test('none yet, or a file that is not one', async (t) => {
  const directory = t.testdir();
  const log = createRecordingLog();
  t.same(await readNotices(directory, log), new Map());
  t.same(log.lines, []);
  for (const text of [
    '{"version":2,"channels":{}}',
    '{"version":1,"channels":{"exec":{"waiting":[{}]}}}',
    '',
  ]) {
    writeFileSync(join(directory, 'notices.json'), text);
    t.same(await readNotices(directory, log), new Map());
    t.match(log.lines.pop(), { event: 'state-read-failed', message: /started without it/ });
  }
});

t.test('a directory in its place keeps nobody from starting', async (t) => {
  const directory = t.testdir();
  mkdirSync(join(directory, 'notices.json'));
  const log = createRecordingLog();
  t.same(await readNotices(directory, log), new Map());
  t.same(log.events(), ['state-read-failed']);
});
