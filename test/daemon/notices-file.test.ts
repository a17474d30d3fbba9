import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { keepNotices, readNotices } from '../../src/daemon/notices-file.js';
import type { Notice } from '../../src/notify/notice.js';
import type { Untold } from '../../src/notify/untold.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
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

const untold = new Map<string, Untold>([
  ['webhook', { trying: { events: [full], dropped: 1, attempts: 2 }, waiting: [plain], unsaid: 3 }],
  ['exec', { waiting: [], unsaid: 0 }],
]);

t.test('what is written is read again', async (t) => {
  const log = createRecordingLog();
  const directory = t.testdir();
  const files = createStateFiles({ directory, clock: createFakeClock(), log });
  t.same(await readNotices(files), new Map());
  await keepNotices(files, () => untold).flush();
  t.same(await readNotices(files), untold);
  const first = { version: 1, channels: Object.fromEntries(untold) };
  writeFileSync(join(directory, 'notices.json'), JSON.stringify(first));
  t.same(await readNotices(files), untold, 'of version 1');
  t.same(log.lines, []);
});
