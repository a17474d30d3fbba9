import t from 'tap';
import { createWriteBehind } from '../../src/state/write-behind.js';
import { createFakeClock } from '../fake-clock.js';

/** A state file whose writes the test ends by hand, or lets end at once. */
function scene(options: { byHand?: boolean } = {}) {
  const clock = createFakeClock();
  const written: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const world = { value: 'a', fails: false, begun: 0, atOnce: 0, most: 0 };
  const file = createWriteBehind({
    clock,
    delayMs: 500,
    retryMs: 30_000,
    write: () => {
      const value = world.value;
      world.begun += 1;
      world.atOnce += 1;
      world.most = Math.max(world.most, world.atOnce);
      return new Promise<void>((resolve, reject) => {
        const end = (error?: Error) => {
          world.atOnce -= 1;
          if (error !== undefined) return reject(error);
          written.push(value);
          resolve();
        };
        if (options.byHand === true) ends.push(end);
        else end(world.fails ? new Error('no space left') : undefined);
      });
    },
  });
  return { clock, written, ends, world, file };
}

t.test('marks are written together, half a second after the first', async (t) => {
  const { clock, written, world, file } = scene();
  file.mark();
  await clock.advance(300);
  world.value = 'b';
  file.mark();
  await clock.advance(199);
  t.same(written, []);
  await clock.advance(1);
  t.same(written, ['b']);
  await clock.advance(100_000);
  t.same(written, ['b'], 'once');
  file.mark();
  await clock.advance(500);
  t.same(written, ['b', 'b']);
});

t.test('a write that takes long is made the more rarely, within reason', async (t) => {
  const { clock, ends, world, file } = scene({ byHand: true });
  file.mark();
  await clock.advance(500);
  await clock.advance(1000);
  file.mark();
  ends.shift()?.();
  await clock.advance(500);
  t.equal(world.begun, 2, 'what was marked before that was known');
  await clock.advance(1000);
  ends.shift()?.();
  await clock.advance(0);
  file.mark();
  await clock.advance(8999);
  t.equal(world.begun, 2);
  await clock.advance(1);
  t.equal(world.begun, 3);
  await clock.advance(3_600_000);
  ends.shift()?.();
  await clock.advance(0);
  file.mark();
  await clock.advance(30_000);
  t.equal(world.begun, 4);
  ends.shift()?.();
});

t.test('a flush writes at once, and takes what was marked along', async (t) => {
  const { clock, written, file } = scene();
  file.mark();
  await file.flush();
  t.same(written, ['a']);
  await clock.advance(1000);
  t.same(written, ['a']);
});

t.test('never two at once; what comes meanwhile is one more write, of the latest', async (t) => {
  const { written, ends, world, file } = scene({ byHand: true });
  const order: string[] = [];
  const first = file.flush().then(() => order.push('first'));
  world.value = 'b';
  const second = file.flush().then(() => order.push('second'));
  world.value = 'c';
  const third = file.flush().then(() => order.push('third'));
  t.equal(ends.length, 1);
  ends.shift()?.();
  await first;
  t.same(order, ['first'], 'a flush does not resolve before a write that began after it');
  while (ends.length === 0) await Promise.resolve();
  ends.shift()?.();
  await Promise.all([second, third]);
  t.same(written, ['a', 'c']);
  t.equal(world.most, 1);
});

t.test('a flush in the gap between two writes joins the second', async (t) => {
  const { written, ends, world, file } = scene({ byHand: true });
  const first = file.flush();
  const second = file.flush();
  // Callbacks of `first` run before the second write begins.
  const third = first.then(() => file.flush());
  ends.shift()?.();
  await first;
  while (ends.length === 0) await Promise.resolve();
  for (let i = 0; i < 20; i++) await Promise.resolve();
  t.equal(world.most, 1);
  ends.shift()?.();
  await second;
  await third;
  t.ok(written.length >= 2);
  t.equal(world.most, 1);
});

t.test('a failed write is tried again until it succeeds', async (t) => {
  const { clock, written, world, file } = scene();
  world.fails = true;
  await t.rejects(file.flush(), { message: 'no space left' });
  t.equal(world.begun, 1);
  await clock.advance(59_999);
  t.equal(world.begun, 2);
  world.fails = false;
  world.value = 'later';
  await clock.advance(1);
  t.same(written, ['later']);
  await clock.advance(100_000);
  t.same(written, ['later']);
});

t.test('a mark does not wait for the retry', async (t) => {
  const { clock, written, world, file } = scene();
  world.fails = true;
  await t.rejects(file.flush());
  world.fails = false;
  file.mark();
  await clock.advance(500);
  t.same(written, ['a']);
  await clock.advance(100_000);
  t.same(written, ['a'], 'and takes its place');
});

t.test('a failure does not take the next write with it', async (t) => {
  const { ends, written, file } = scene({ byHand: true });
  const first = file.flush();
  const second = file.flush();
  ends.shift()?.(new Error('no space left'));
  await t.rejects(first);
  while (ends.length === 0) await Promise.resolve();
  ends.shift()?.();
  await second;
  t.same(written, ['a']);
});

t.test('closing writes what is marked, and no more', async (t) => {
  const { clock, written, file } = scene();
  file.mark();
  await file.close();
  t.same(written, ['a']);
  file.mark();
  await clock.advance(100_000);
  t.same(written, ['a']);
  t.equal(clock.waiting(), 0);
});

t.test('closing with nothing marked writes nothing', async (t) => {
  const { written, file } = scene();
  await file.close();
  t.same(written, []);
});

t.test('closing waits for the write under way', async (t) => {
  const { ends, written, file } = scene({ byHand: true });
  const flushed = file.flush();
  let closed = false;
  const closing = file.close().then(() => {
    closed = true;
  });
  for (let i = 0; i < 20; i++) await Promise.resolve();
  t.equal(closed, false);
  ends.shift()?.();
  await closing;
  await flushed;
  t.same(written, ['a']);
});

t.test('closing does not reject where the last write fails', async (t) => {
  const { clock, world, file } = scene();
  world.fails = true;
  file.mark();
  await t.resolves(file.close());
  t.equal(world.begun, 1);
  t.equal(clock.waiting(), 0);
});
