/**
 * Four servers on two sites, their clocks five minutes apart, are split into halves by a network failure. What half of them
 * see changes no verdict, an override set on one site holds there, and all agree when they hear each other again. With
 * FLEET_FAULTS=all they are split for so long that each half counts the other as silent.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { enter, ip } from '../cable.js';
import { layFleetNet } from './fleet-net.js';
import { agree, allSee, mirrorOf, type Seat, startFleet, startInstances } from './fleets.js';
import { until } from './program.js';
import { startFront } from './slow-front.js';

const MOVED = fileURLToPath(new URL('./moved-clock.js', import.meta.url));
const APART_MS = 300_000;

/** Where aurora is, as both sites have it. */
const AURORA = '10.79.0.11';

const net = layFleetNet(t, { sites: 2, instances: 3 });
const [kv0 = '', kv1 = '', outside = ''] = 'unavailable' in net ? [] : net.instances;
const unavailable = 'unavailable' in net ? net.unavailable : (await enter(kv0))?.unavailable;

t.test('four are parted in halves', { skip: unavailable ?? false }, async (t) => {
  if ('unavailable' in net) return;
  const kv = await startInstances(t, 2);
  const ports: number[] = [];
  for (const [i, { socket }] of kv.entries()) {
    await enter(i === 0 ? kv0 : kv1);
    ports.push((await startFront(t, '0.0.0.0', socket)).port);
  }
  await enter(outside);
  ip('-n', outside, 'addr', 'add', `${AURORA}/32`, 'dev', 'lo');
  for (const [i, site] of net.sites.entries())
    ip('-n', site, 'route', 'add', AURORA, 'via', net.addressOf(i, 2));
  const clocks = t.testdir({ 0: String(-APART_MS / 2), 1: String(APART_MS / 2) });
  const seats = await startFleet(
    t,
    4,
    (i) => {
      const site = i < 2 ? 0 : 1;
      const env = { NODE_OPTIONS: `--import=${MOVED}`, CLOCK: join(clocks, `${site}`) };
      return {
        urls: ports.map((port, at) => `redis://${net.addressOf(site, at)}:${port}`),
        start: { netns: net.sites[site] ?? '', env },
      };
    },
    AURORA,
  );
  const [first, second, third, fourth] = seats;
  if (!first || !second || !third || !fourth) throw new Error('there are four');
  const part = () => {
    net.cut(0, 1);
    net.cut(1, 0);
  };
  const meet = () => {
    net.mend(0, 1);
    net.mend(1, 0);
  };
  /** Until these have the mirror so: what is said of it, or nothing. */
  const have = async (some: readonly Seat[], mirror: string, said: string) => {
    for (const seat of some) {
      const look = async () => ((await mirrorOf(seat, mirror)).override?.reason ?? '-') === said || undefined;
      await until(look, `${seat.name}: ${mirror} has ${said}`);
    }
  };
  const say = async (seat: Seat, ...args: string[]) => t.match(await seat.server.run(...args), { code: 0 });

  await allSee(seats, 'uuuu');
  for (const { view } of [first, second]) await view.become('refuse');
  await allSee(seats, 'dduu');
  await agree(seats, 'halves change nothing', ({ state }) => state === 'up');

  part();
  await say(first, 'disable', 'boreas', '--reason', 'behind');
  await say(third, 'disable', 'corvus', '--reason', 'ahead');
  await have([first, second], 'boreas', 'behind');
  await have([third, fourth], 'corvus', 'ahead');
  await have([third, fourth], 'boreas', '-');
  if (process.env.FLEET_FAULTS === 'all')
    for (const [{ server }, member] of [
      [first, third.name],
      [fourth, second.name],
    ] as const)
      await server.log.waitFor('fleet-member-silent', (line) => line.member === member);
  await agree(seats, 'each half has what all knew', ({ state }) => state === 'up');
  meet();
  await have(seats, 'boreas', 'behind');
  await have(seats, 'corvus', 'ahead');

  part();
  await say(third, 'enable', 'boreas');
  await say(second, 'enable', 'corvus');
  await have([third, fourth], 'boreas', '-');
  await have([first, second], 'corvus', '-');
  await have([third, fourth], 'corvus', 'ahead');
  await third.view.become('refuse');
  meet();
  await have(seats, 'boreas', '-');
  await have(seats, 'corvus', '-');
  await agree(seats, 'three of four', ({ state }) => state === 'down');
});
