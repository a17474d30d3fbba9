/** A fleet to which nothing happens for hours, or for the days that FLEET_DAYS says, has no more at the end than at first. */
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { DAY_MS } from '../../src/platform/time.js';
import { madeFleet } from './made-fleet.js';

const DAYS = Number(process.env.FLEET_DAYS ?? 0.2);
/** Longer than a document is fresh, and shorter than it counts. */
const STEP_MS = 50_000;

t.test('nothing grows', async (t) => {
  const fleet = madeFleet({ size: 2, instances: 1 });
  for (const { see } of fleet.members) see('up');
  fleet.members[0]?.say('disk full');
  await fleet.advance(5000);
  const look = () => ({
    sizes: fleet.members.map(({ size }) => size()),
    heard: fleet.members.map(({ hears }) => hears()),
    turned: fleet.members.map(({ turned }) => turned()),
    timers: fleet.clock.waiting(),
    keys: fleet.keys(0),
    log: fleet.log.lines.length,
  });
  const first = look();
  t.same(first.heard, ['ns1', 'ns0']);
  for (let passed = 0; passed < DAYS * DAY_MS; passed += STEP_MS) {
    await fleet.stall(STEP_MS);
    if (!isDeepStrictEqual(look(), first)) break;
  }
  await fleet.advance(2000);
  t.same(look(), first);
  await fleet.close();
});
