/**
 * Flips verdicts as fast as it can and writes them, until it is killed. It tells its parent how many flips were on disk
 * each time.
 */

import { OVERRIDES } from '../../src/health/overrides-file.js';
import { openHistory } from '../../src/history/history-file.js';
import { systemClock } from '../../src/platform/clock.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createRecordingLog } from './recording-log.js';

const [directory = ''] = process.argv.slice(2);
const log = createRecordingLog();
const files = createStateFiles({ directory, clock: systemClock, log });
// So small that summing up is as frequent as appending.
const history = await openHistory({ files, clock: systemClock, log, limit: 3000 });
let down = false;
const overrides = files.keep(OVERRIDES, () =>
  down ? [{ zone: 'z', mirror: 'aurora', reason: 'x'.repeat(500), since: 1 }] : [],
);

const subject = { zone: 'z', pool: 'z', mirror: 'aurora', address: '192.0.2.10', family: 'ipv4' } as const;
let flips = Number(process.argv[3]);
for (;;) {
  for (let i = 0; i < 3; i++) {
    flips++;
    down = flips % 2 === 1;
    history.record({
      type: 'turn',
      subject,
      from: down ? 'up' : 'down',
      to: down ? 'down' : 'up',
      cause: `flip ${flips}`,
    });
  }
  await Promise.all([history.settled(), overrides.flush()]);
  process.send?.(flips);
}
