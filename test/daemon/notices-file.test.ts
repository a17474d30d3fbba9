import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { keepNotices, readNotices } from '../../src/daemon/notices-file.js';
import type { Notice } from '../../src/notify/notice.js';
import type { PendingNotices } from '../../src/notify/pending-notices.js';
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

const pending = new Map<string, PendingNotices>([
  ['webhook', { sending: { events: [full], dropped: 1, attempts: 2 }, waiting: [plain], dropped: 3 }],
  ['exec', { waiting: [], dropped: 0 }],
]);

t.test('what is written is read again', async (t) => {
  const log = createRecordingLog();
  const directory = t.testdir();
  const files = createStateFiles({ directory, clock: createFakeClock(), log });
  t.same(await readNotices(files), new Map());
  await keepNotices(files, () => pending).flush();
  t.same(await readNotices(files), pending);
  const first = { version: 1, channels: Object.fromEntries(pending) };
  writeFileSync(join(directory, 'notices.json'), JSON.stringify(first));
  t.same(await readNotices(files), pending, 'of version 1');
  t.same(log.lines, []);
});
