import t from 'tap';
import type { Notice } from '../../src/notify/notice.js';
import { taken } from '../../src/notify/untold.js';

const NOW = Date.UTC(2026, 0, 3);
const HOUR = 3_600_000;
const LIMITS = { notices: 3, attempts: 5 };

const notice = (text: string, hoursAgo = 0): Notice => ({
  event: 'down',
  at: new Date(NOW - hoursAgo * HOUR).toISOString(),
  text,
});
const texts = (notices: readonly Notice[] = []) => notices.map(({ text }) => text);

t.test('nothing was left', async (t) => {
  t.same(taken(undefined, NOW, LIMITS), { waiting: [], unsaid: 0, dropped: 0 });
});

t.test('news of today is taken up, as it was', async (t) => {
  const left = {
    trying: { events: [notice('a', 23)], dropped: 2, attempts: 4 },
    waiting: [notice('b'), notice('c')],
    unsaid: 1,
  };
  t.same(taken(left, NOW, LIMITS), { ...left, dropped: 0 });
});

t.test('news of days ago is none, and is counted', async (t) => {
  const left = {
    trying: { events: [notice('a', 25)], dropped: 2, attempts: 1 },
    waiting: [notice('b', 24), notice('c', 23), { ...notice('d'), at: 'once' }],
    unsaid: 1,
  };
  const { trying, waiting, unsaid, dropped } = taken(left, NOW, LIMITS);
  t.equal(trying, undefined);
  t.same(texts(waiting), ['c']);
  t.same(
    [dropped, unsaid],
    [3, 6],
    'three of these, one before, and two that the message would have counted',
  );
});

t.test('not more than a channel holds, and nothing that was tried often enough', async (t) => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((text) => notice(text));
  const { trying, waiting, dropped } = taken(
    { trying: { events: [notice('x')], dropped: 0, attempts: 5 }, waiting: many, unsaid: 0 },
    NOW,
    LIMITS,
  );
  t.equal(trying, undefined);
  t.same(texts(waiting), ['c', 'd', 'e']);
  t.equal(dropped, 3);
});
