/** What members of a fleet say, in words: what was counted, and who sees it down. */
import t from 'tap';
import type { JointReport } from '../../src/control/mirror-report.js';
import { describeVotes, isAgreed, jointNotes, votesIn } from '../../src/report/describe-joint.js';

const up = { state: 'up', since: 'noon' } as const;
const down = { state: 'down', since: 'one', cause: 'refused' } as const;
const joint = (
  verdict: JointReport['verdict'],
  ...said: Omit<JointReport['members'][number], 'member'>[]
) => ({
  ...(verdict !== undefined && { verdict }),
  members: said.map((one, i) => ({ member: `ns${i}`, ...one })),
});

t.test('what was counted, with those who see it otherwise', async (t) => {
  t.equal(describeVotes({ up: 5, down: 0, size: 5 }, 'up'), '5 of 5 members see it up');
  t.equal(describeVotes({ up: 3, down: 1, size: 5 }, 'up'), '3 of 5 members see it up, 1 down');
  t.equal(describeVotes({ up: 2, down: 3, size: 5 }, 'down'), '3 of 5 members see it down, 2 up');
  t.same(votesIn(joint('up', up, down, {})), { up: 1, down: 1, size: 3 });
});

t.test('beside a verdict', async (t) => {
  t.same(jointNotes(joint('up', up, up, {}), 'up'), ['2 of 3 members see it up']);
  t.same(jointNotes(joint('up', up, down, up), 'up'), [
    '2 of 3 members see it up, 1 down',
    'down on ns1 since one (refused)',
  ]);
  t.same(jointNotes(joint('down', { state: 'down', since: 'two' }, down, up), 'down'), [
    'down on ns0 since two, ns1 since one (refused)',
  ]);
  t.same(
    jointNotes(joint(undefined, down, {}), 'down'),
    ['1 of 2 members see it down', 'down on ns0 since one (refused)'],
    'its cause has what was counted only where that counts',
  );
  t.same(jointNotes(joint(undefined, {}, {}), 'up'), [], 'nobody probes it');
});

t.test('members agree where all who say anything say the same', async (t) => {
  t.ok(isAgreed(joint('up', up, {}, up)));
  t.ok(isAgreed(joint('down', down, down)));
  t.notOk(isAgreed(joint('up', up, down)));
});
