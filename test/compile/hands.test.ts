/** What mirrors bring to the table. */
import t from 'tap';
import { changedSeats, seatHands } from '../../src/compile/hands.js';
import { parseAddress } from '../../src/ip/address.js';
import type { Standing } from '../../src/select/health-view.js';

const addresses = (count: number) =>
  Array.from({ length: count }, (_, i) => parseAddress(`192.0.2.${i}`)).filter((address) => address !== null);
const plan = {
  seats: [
    { mirror: 'two', weight: 1, addresses: addresses(2) },
    { mirror: 'one', weight: 1, addresses: addresses(1) },
  ],
};

t.test('a mirror stands as its best address does, which alone is answered', async (t) => {
  const hands = (...standing: Standing[]) =>
    seatHands(plan, standing).map(({ standing: own, records }) => `${own} ${records}`);
  t.same(hands('up', 'up', 'up'), ['up 0,1', 'up 2']);
  t.same(hands('down', 'up', 'new'), ['up 1', 'new 2']);
  t.same(hands('new', 'down', 'off'), ['down 1', 'off 2']);
  t.same(hands('off', 'new', 'down'), ['new 1', 'down 2']);
  t.same(hands('off', 'off', 'off'), ['off 0,1', 'off 2']);
  t.same(hands(), ['off 0,1', 'off 2'], 'what is not known of is not answered');
});

t.test('the seats that changed', async (t) => {
  const changed = (before: Standing[], after: Standing[]) =>
    changedSeats(seatHands(plan, before), seatHands(plan, after));
  t.same(changed(['up', 'up', 'up'], ['up', 'up', 'up']), []);
  t.same(changed(['up', 'up', 'up'], ['up', 'down', 'up']), [0], 'it stands as before, but with one address');
  t.same(changed(['up', 'down', 'up'], ['up', 'new', 'up']), [], 'what is not answered anyway');
  t.same(changed(['up', 'down', 'up'], ['down', 'up', 'down']), [0, 1]);
});
