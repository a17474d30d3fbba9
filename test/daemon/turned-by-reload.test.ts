/** What a reload does to verdicts without any probe. */
import t from 'tap';
import { turnedByReload } from '../../src/daemon/turned-by-reload.js';
import type { TargetState } from '../../src/health/watched-targets.js';
import type { Verdict } from '../../src/platform/types.js';
import { targetOf } from '../health/targets.js';

const standing = (address: string, verdict: Verdict): TargetState => ({
  target: targetOf(address),
  state: { verdict, streak: 0, since: 0 },
  pending: false,
  checks: [],
});

t.test('the place counts, whatever is asked there', async (t) => {
  const before = [standing('192.0.2.1', 'down'), standing('192.0.2.2', 'up'), standing('192.0.2.3', 'down')];
  const after = new Map([
    ['one', standing('192.0.2.1', 'up')],
    ['two', standing('192.0.2.2', 'up')],
    ['three', standing('192.0.2.3', 'unknown')],
    ['new', standing('192.0.2.4', 'up')],
  ]);
  t.match(turnedByReload(before, after), [{ key: 'one', before: 'down', state: { verdict: 'up' } }]);
  t.equal(turnedByReload(before, after).length, 1);
  t.same(turnedByReload([], after), [], 'a start turns nothing');
});
