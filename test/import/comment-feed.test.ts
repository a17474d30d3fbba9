import t from 'tap';
import { feedComments } from '../../src/import/comment-feed.js';

t.test('each comment is taken once, by what comes next or stands beside it', async (t) => {
  const feed = feedComments([
    { line: 1, text: 'a', alone: true },
    { line: 2, text: 'b', alone: true },
    { line: 3, text: 'c', alone: false },
    { line: 5, text: 'd', alone: true },
  ]);
  t.same(feed.above(3), ['a', 'b']);
  t.same(feed.above(3), []);
  t.equal(feed.beside(3), 'c');
  t.equal(feed.beside(3), undefined);
  t.same(feed.rest(), ['d']);
  t.same(feed.rest(), []);
});

t.test('several in the lines of one thing are one', async (t) => {
  const feed = feedComments([
    { line: 1, text: 'a', alone: false },
    { line: 2, text: 'b', alone: false },
  ]);
  t.equal(feed.beside(1, 2), 'a; b');
});
