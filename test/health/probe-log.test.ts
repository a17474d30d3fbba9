/** The words of a verdict, by which an operator finds the mirror. */
import t from 'tap';
import { sayVerdict } from '../../src/health/probe-log.js';
import { createRecordingLog } from './recording-log.js';
import { targetOf } from './targets.js';

t.test('a fall is a warning with its cause, a return is not', async (t) => {
  const log = createRecordingLog();
  const target = targetOf('192.0.2.1');
  sayVerdict(log, target, { verdict: 'down', streak: 3, since: 0, cause: 'refused' }, 'up');
  sayVerdict(log, target, { verdict: 'up', streak: 0, since: 0, cause: 'of before' }, 'down');
  const place = { zone: 'dl.example.org', pool: 'dl.example.org', mirror: 'aurora', address: '192.0.2.1' };
  t.same(log.lines, [
    {
      level: 'warn',
      event: 'verdict-changed',
      ...place,
      from: 'up',
      to: 'down',
      cause: 'refused',
      message: 'aurora (192.0.2.1) is down: refused',
    },
    {
      level: 'info',
      event: 'verdict-changed',
      ...place,
      from: 'down',
      to: 'up',
      message: 'aurora (192.0.2.1) is up',
    },
  ]);
});
