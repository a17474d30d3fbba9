import t from 'tap';
import { createPacedKeys } from '../../src/daemon/paced-keys.js';
import { createFakeClock } from '../fake-clock.js';

t.test('keys of a burst are passed on together, each once', async (t) => {
  const clock = createFakeClock();
  const passed: (readonly string[])[] = [];
  const paced = createPacedKeys(clock, (keys) => passed.push(keys));
  paced.add(['a', 'b']);
  await clock.advance(499);
  paced.add(['b', 'c']);
  t.same(passed, []);
  await clock.advance(1);
  t.same(passed, [['a', 'b', 'c']]);
  await clock.advance(5000);
  paced.add(['a']);
  await clock.advance(500);
  t.same(passed.slice(1), [['a']], 'those of before are not repeated');
  paced.add(['b']);
  paced.stop();
  t.equal(clock.waiting(), 0);
});
