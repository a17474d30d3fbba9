import t from 'tap';
import { once } from '../../src/platform/once.js';

t.test('what is made once is kept, be it undefined', async (t) => {
  let made = 0;
  const make = once(() => {
    made++;
    return undefined;
  });
  t.equal(made, 0, 'not before somebody asks');
  t.same([make(), make(), made], [undefined, undefined, 1]);
});
