import t from 'tap';
import { createTurns } from '../../src/health/turns.js';

/** Takes turns by name and keeps who began, in order; `end(name)` ends a turn. */
function scene(limit: number) {
  const turns = createTurns(limit);
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    began,
    take: (place: string, name: string, urgent = false) =>
      turns.take(
        place,
        (end) => {
          began.push(name);
          ends.set(name, end);
        },
        urgent,
      ),
    end: (name: string) => ends.get(name)?.(),
  };
}

t.test('one at a time for a place, in the order in which they came', async (t) => {
  const { take, end, began } = scene(10);
  take('a', 'a1');
  take('a', 'a2');
  take('b', 'b1');
  take('a', 'a3');
  t.same(began, ['a1', 'b1'], 'another place does not wait');
  end('a1');
  t.same(began, ['a1', 'b1', 'a2']);
  end('b1');
  t.same(began, ['a1', 'b1', 'a2']);
  end('a2');
  t.same(began, ['a1', 'b1', 'a2', 'a3']);
  end('a3');
  take('a', 'a4');
  t.equal(began.at(-1), 'a4');
});

t.test('no more than the limit in all', async (t) => {
  const { take, end, began } = scene(2);
  for (const name of ['a', 'b', 'c', 'd']) take(name, name);
  t.same(began, ['a', 'b']);
  end('b');
  t.same(began, ['a', 'b', 'c']);
  end('a');
  end('c');
  t.same(began, ['a', 'b', 'c', 'd']);
});

t.test('one that waits for its place does not block those behind it', async (t) => {
  const { take, end, began } = scene(2);
  take('a', 'a1');
  take('a', 'a2');
  take('b', 'b1');
  take('c', 'c1');
  end('b1');
  t.same(began, ['a1', 'b1', 'c1']);
  end('c1');
  end('a1');
  t.same(began, ['a1', 'b1', 'c1', 'a2']);
});

t.test('who gives up waiting is passed over; giving up a turn under way does nothing', async (t) => {
  const { take, end, began } = scene(10);
  const giveUpFirst = take('a', 'a1');
  const giveUpSecond = take('a', 'a2');
  take('a', 'a3');
  giveUpFirst();
  giveUpSecond();
  t.same(began, ['a1']);
  end('a1');
  t.same(began, ['a1', 'a3']);
});

t.test('what is urgent does not wait for its place, but for room; a turn ends once', async (t) => {
  const { take, end, began } = scene(2);
  take('a', 'a1');
  take('a', 'a2');
  take('a', 'a3', true);
  take('a', 'a4', true);
  t.same(began, ['a1', 'a3'], 'no room for more');
  end('a1');
  end('a1');
  t.same(began, ['a1', 'a3', 'a4']);
  end('a3');
  t.same(began, ['a1', 'a3', 'a4'], 'the place is held as long as anybody holds it');
  end('a4');
  t.same(began, ['a1', 'a3', 'a4', 'a2']);
});
