/** What the soak takes for wrong: it must see what should not be, and nothing else. */
import t from 'tap';
import { newExpectation, unexplained } from './expectation.js';

t.test('an answer is judged by what was so before it was asked for', async (t) => {
  const expectation = newExpectation();
  const { moment, stand, everybody, missed } = expectation;
  stand('in', 'a', 'b');
  const asked = moment();
  t.same(everybody({ asked, addresses: ['b', 'a'] }), []);
  t.same(everybody({ asked, addresses: ['a', 'b', 'c'] }), ["c is nobody's"]);
  t.same(everybody({ asked, addresses: ['a', 'b', 'a'] }), ['a b a: one of them twice']);
  stand('either', 'a');
  t.same(everybody({ asked, addresses: ['b'] }), []);
  stand('out', 'a');
  t.same(everybody({ asked, addresses: ['a', 'b'] }), [], 'it was asked for before');
  t.same(everybody({ asked: moment(), addresses: ['a', 'b'] }), ['a is out']);
  t.same(missed, []);
});

t.test('the nearest, while it is in', async (t) => {
  const { moment, stand, nearest, nearestTo } = newExpectation();
  stand('in', 'a', 'b');
  nearest('client', 'a');
  t.same(nearestTo('client', { asked: moment(), addresses: ['a'] }), []);
  t.same(nearestTo('client', { asked: moment(), addresses: [] }).length, 2);
  t.same(nearestTo('client', { asked: moment(), addresses: ['b'] }), [
    'client is answered by b, a is nearer',
  ]);
  stand('out', 'a');
  t.same(nearestTo('client', { asked: moment(), addresses: ['b'] }), []);
  nearest('client', undefined);
  stand('in', 'a');
  t.same(nearestTo('client', { asked: moment(), addresses: ['b'] }), []);
});

t.test('a text', async (t) => {
  const { moment, say, saying } = newExpectation();
  t.same(saying(moment(), 'anything'), []);
  say('one');
  t.same(saying(moment(), 'one'), []);
  t.same(saying(moment(), 'two'), ['two is said, not one']);
  const asked = moment();
  say('two');
  t.same(saying(asked, 'one'), []);
});

t.test('who is missing, unless the log says that it fell', async (t) => {
  let now = 1_000_000;
  const { moment, stand, everybody, missed } = newExpectation(() => now);
  stand('in', 'a', 'b');
  now += 60_000;
  t.same(everybody({ asked: moment(), addresses: ['a'] }), []);
  const line = (address: string, time: number, to = 'down') => ({
    event: 'verdict-changed',
    time: new Date(time).toISOString(),
    address,
    to,
  });
  t.same(unexplained(missed, []), ['b is missing, and nobody said why']);
  t.same(unexplained(missed, [line('b', now - 10_000)]), []);
  const others = [line('a', now), line('b', now, 'up'), line('b', now + 5000), line('b', 1_000_000 - 5000)];
  t.equal(unexplained(missed, others).length, 1);
});
