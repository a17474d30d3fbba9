import fc from 'fast-check';
import t from 'tap';
import { createProbeSlots, type ProbeSlots } from '../../src/probe/probe-slots.js';

/** Takes turns by name and keeps who began, in order; `end(name)` ends a turn. */
function scene(limit: number) {
  const turns = createProbeSlots(limit);
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

/** The same said plainly: all who wait are gone through at each change. */
function plainTurns(limit: number): ProbeSlots {
  const held = new Map<string, number>();
  let total = 0;
  const waiting = new Set<{ place: string; urgent: boolean; begin: (end: () => void) => void }>();
  function admit(): void {
    for (const waiter of waiting) {
      const { place, urgent, begin } = waiter;
      if (total >= limit) return;
      if (!urgent && (held.get(place) ?? 0) > 0) continue;
      waiting.delete(waiter);
      total++;
      held.set(place, (held.get(place) ?? 0) + 1);
      let ended = false;
      begin(() => {
        if (ended) return;
        ended = true;
        total--;
        held.set(place, (held.get(place) ?? 0) - 1);
        admit();
      });
    }
  }
  return {
    take(place, begin, urgent = false) {
      const waiter = { place, begin, urgent };
      waiting.add(waiter);
      admit();
      return () => waiting.delete(waiter);
    },
  };
}

t.test('whoever takes, ends and gives up: all begin in the order that is said', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(
        fc.record({
          what: fc.constantFrom('take', 'take', 'end', 'end', 'giveUp'),
          place: fc.constantFrom('a', 'b', 'c'),
          urgent: fc.constantFrom(false, false, true),
          which: fc.nat(30),
        }),
        { maxLength: 80, size: 'max' },
      ),
      (limit, steps) => {
        const began = [createProbeSlots(limit), plainTurns(limit)].map((turns) => {
          const order: number[] = [];
          const ends: (() => void)[] = [];
          const giveUps: (() => void)[] = [];
          let taken = 0;
          for (const { what, place, urgent, which } of steps) {
            if (what === 'take') {
              const number = taken++;
              giveUps.push(
                turns.take(
                  place,
                  (end) => {
                    order.push(number);
                    ends.push(end);
                  },
                  urgent,
                ),
              );
            } else if (what === 'end') ends[which]?.();
            else giveUps[which]?.();
          }
          return order.join();
        });
        return began[0] === began[1];
      },
    ),
    { seed: 6, numRuns: 3000 },
  );
  t.pass('3000 times');
});

t.test('twenty thousand that wait are no more work than few', async (t) => {
  const turns = createProbeSlots(512);
  const ends: (() => void)[] = [];
  for (let i = 0; i < 20_000; i++) turns.take(`place ${i % 100}`, (end) => ends.push(end));
  t.equal(ends.length, 100);
  for (let i = 0; i < 20_000; i++) ends[i]?.();
  t.equal(ends.length, 20_000);
});
