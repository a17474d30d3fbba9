/** Undoing: the last first, all of it, and no longer than it may take. */
import t from 'tap';
import { createStops } from '../../src/daemon/stops.js';

function scene() {
  const said: string[] = [];
  const say = ({ event }: { event?: string }): void => void said.push(event ?? '');
  return { said, stops: createStops({ debug: say, info: say, warn: say, error: say }) };
}

t.test('the last first, whatever fails, and once', async (t) => {
  const { said, stops } = scene();
  const order: string[] = [];
  stops.keep({ stop: () => void order.push('first') });
  stops.keep({
    stop: async () => {
      throw new Error('it can not');
    },
  });
  const third = stops.keep({ stop: async () => void order.push('third'), name: 'third' });
  t.equal(third.name, 'third', 'what is kept is given back');
  t.equal(stops.isStopping(), false);
  await stops.stop();
  t.equal(stops.isStopping(), true);
  t.same(order, ['third', 'first']);
  t.same(said, ['stop-failed']);
  await stops.stop();
  t.same(order, ['third', 'first']);
});

t.test('what hangs is not waited for', async (t) => {
  const { stops } = scene();
  stops.keep({ stop: () => new Promise<void>(() => undefined) });
  await stops.stopWithin(1);
  t.equal(stops.isStopping(), true);
});
