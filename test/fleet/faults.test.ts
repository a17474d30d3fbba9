/** Instances and members that fail: what a fleet comes to, and how soon, by a clock that is moved by hand. */
import t from 'tap';
import { type MadeFleet, madeFleet } from './made-fleet.js';

const agree =
  ({ members }: MadeFleet, verdict: string) =>
  (): boolean =>
    members.every(({ stands }) => stands() === verdict);

const allHeard =
  ({ members }: MadeFleet) =>
  (): boolean =>
    members.every(({ hears }) => hears().split(',').length === members.length - 1);

t.test('every subset of instances fails, and all agree within 2 s of the end of it', async (t) => {
  const fleet = madeFleet({ size: 5, instances: 3 });
  for (const { see } of fleet.members) see('up');
  t.ok((await fleet.reach(allHeard(fleet), 5000)) < 2000);
  const keys = fleet.keys(0);
  let state: 'up' | 'down' = 'up';
  for (const mood of ['away', 'hung', 'slow'] as const) {
    for (let subset = 1; subset < 8; subset++) {
      const gone = [0, 1, 2].filter((i) => (subset & (1 << i)) !== 0);
      for (const i of gone) fleet.setMood(i, mood);
      await fleet.advance(3000);
      const next: 'up' | 'down' = state === 'up' ? 'down' : 'up';
      // Two of five go on seeing what they saw.
      for (const { see } of fleet.members.slice(0, 3)) see(next);
      const isSevered = gone.length === 3 && mood !== 'slow';
      if (isSevered) {
        await fleet.advance(20_000);
        t.ok(agree(fleet, state)(), 'without any, what was heard last holds');
      } else t.ok((await fleet.reach(agree(fleet, next), 5000)) < 2000, `${gone} ${mood}: all turn`);
      for (const i of gone) {
        // It was restarted, or not.
        if (mood === 'away') fleet.empty(i);
        fleet.setMood(i, 'well');
      }
      t.ok((await fleet.reach(agree(fleet, next), 5000)) < 2000, `after ${gone} ${mood}: all agree`);
      state = next;
      for (const { see } of fleet.members) see(state);
      await fleet.advance(2000);
      t.same([0, 1, 2].map(fleet.keys), [keys, keys, keys], 'and each instance has everybody again');
    }
  }
  for (const { turned } of fleet.members) t.equal(turned(), 21, 'nobody turned once more than all did');
  await fleet.close();
  t.equal(fleet.clock.waiting(), 0);
});
