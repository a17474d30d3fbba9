import t from 'tap';
import type { Notice } from '../../src/notify/notice.js';
import { restorePending } from '../../src/notify/pending-notices.js';

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
  t.same(restorePending(undefined, NOW, LIMITS), { waiting: [], dropped: 0, left: 0 });
});

t.test('news of today is taken up, as it was', async (t) => {
  const left = {
    sending: { events: [notice('a', 23)], dropped: 2, attempts: 4 },
    waiting: [notice('b'), notice('c')],
    dropped: 1,
  };
  t.same(restorePending(left, NOW, LIMITS), { ...left, left: 0 });
});

t.test('news of days ago is none, and is counted', async (t) => {
  const left = {
    sending: { events: [notice('a', 25)], dropped: 2, attempts: 1 },
    waiting: [notice('b', 24), notice('c', 23), { ...notice('d'), at: 'once' }],
    dropped: 1,
  };
  const { sending, waiting, dropped, left: gone } = restorePending(left, NOW, LIMITS);
  t.equal(sending, undefined);
  t.same(texts(waiting), ['c']);
  t.same([gone, dropped], [3, 6], 'three of these, one before, and two that the message would have counted');
});

t.test('not more than a channel holds, and nothing that was tried often enough', async (t) => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((text) => notice(text));
  const { sending, waiting, left } = restorePending(
    { sending: { events: [notice('x')], dropped: 0, attempts: 5 }, waiting: many, dropped: 0 },
    NOW,
    LIMITS,
  );
  t.equal(sending, undefined);
  t.same(texts(waiting), ['c', 'd', 'e']);
  t.equal(left, 3);
});
