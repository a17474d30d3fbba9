import t from 'tap';
import { below, secureRandom, seededRandom, systemRandom } from '../../src/platform/random.js';

t.test('equal seeds give equal numbers, others do not', async (t) => {
  const draw = (seed: number): string => {
    const random = seededRandom(seed);
    return Array.from({ length: 10 }, random).join();
  };
  t.equal(draw(1), draw(1));
  t.not(draw(1), draw(2));
  t.not(draw(1).split(',', 1)[0], draw(2).split(',', 1)[0], 'from the first on');
});

t.test('numbers are in [0, 1), each part of it as often as another', async (t) => {
  for (const random of [seededRandom(7), systemRandom(), secureRandom()]) {
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const number = random();
      if (number < 0 || number >= 1) t.fail(`${number}`);
      const tenth = Math.floor(number * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Six standard deviations, each of the square root of 9000.
    for (const count of tenths) t.ok(Math.abs(count - 10_000) < 570, `${count}`);
  }
});

t.test('what is drawn below a number is below it', async (t) => {
  t.equal(
    below(() => 0, 5),
    0,
  );
  t.equal(
    below(() => 1 - 2 ** -32, 5),
    4,
  );
  t.equal(
    below(() => 1 - 2 ** -32, 2 ** 32),
    2 ** 32 - 1,
  );
});
