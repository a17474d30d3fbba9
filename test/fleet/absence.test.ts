/** Members that are away, alone or by halves, for a minute or a month: what they judge and what was said comes together again. */
import t from 'tap';
import { seededRandom } from '../../src/platform/random.js';
import { DAY_MS } from '../../src/platform/time.js';
import { type MadeFleet, type MadeMember, madeFleet } from './made-fleet.js';

const ENOUGH_MS = 5000;

/** How each of them is, told in the order of the members. */
const all = ({ members }: MadeFleet, of: (member: MadeMember) => unknown): string =>
  members.map((member) => of(member) ?? '-').join(' ');
const stand = (fleet: MadeFleet): string => all(fleet, ({ stands }) => stands());
const say = (fleet: MadeFleet): string => all(fleet, ({ override }) => override());

/** Cuts a member off from all instances, or ends that. */
function cut({ setMood }: MadeFleet, member: number, instances: number, mood: 'hung' | 'well'): void {
  for (let i = 0; i < instances; i++) setMood(i, mood, member);
}

t.test('a member that is silent every 61 s has nothing flap', async (t) => {
  const fleet = madeFleet({ size: 3, instances: 1 });
  const [first, second, third] = fleet.members;
  for (const member of fleet.members) member.see('up');
  await fleet.advance(ENOUGH_MS);
  second?.see('down');
  third?.see('down');
  await fleet.reach(() => stand(fleet) === 'down down down', ENOUGH_MS);
  let silent = 0;
  for (let turn = 0; turn < 5; turn++) {
    cut(fleet, 2, 1, 'hung');
    await fleet.advance(61_000);
    if (first?.hears() === 'ns1') silent++;
    cut(fleet, 2, 1, 'well');
    await fleet.advance(4000);
    t.equal(first?.hears(), 'ns1,ns2');
  }
  t.equal(silent, 5);
  t.equal(stand(fleet), 'down down down');
  t.equal(
    all(fleet, ({ turned }) => turned()),
    '1 1 1',
  );
  await fleet.close();
});

t.test('four, split in halves by what they see and by what they hear', async (t) => {
  const fleet = madeFleet({ size: 4, instances: 2 });
  for (const member of fleet.members) member.see('up');
  await fleet.advance(ENOUGH_MS);
  for (const member of fleet.members.slice(0, 2)) member.see('down');
  await fleet.advance(ENOUGH_MS);
  t.equal(stand(fleet), 'up up up up', 'halves change nothing');
  for (const [half, other] of [
    [[0, 1], 1],
    [[2, 3], 0],
  ] as const)
    for (const member of half) fleet.setMood(other, 'hung', member);
  await fleet.advance(70_000);
  t.equal(
    all(fleet, ({ hears }) => hears()),
    'ns1 ns0 ns3 ns2',
  );
  t.equal(stand(fleet), 'up up up up', 'nor do halves that hear nothing of each other');
  for (const i of [0, 1]) fleet.setMood(i, 'well');
  fleet.members[2]?.see('down');
  t.ok(
    (await fleet.reach(() => stand(fleet) === 'down down down down', ENOUGH_MS)) < 2000,
    'three of four do',
  );
  // Until all say what they know, some still hear the verdict before it.
  await fleet.advance(ENOUGH_MS);
  fleet.members[2]?.see('up');
  await fleet.advance(ENOUGH_MS);
  t.equal(stand(fleet), 'down down down down', 'and then halves change nothing again');
  await fleet.close();
});

t.test('two, of which one is silent', async (t) => {
  const fleet = madeFleet({ size: 2, instances: 1 });
  for (const member of fleet.members) member.see('up');
  // Each says anew what it knows.
  await fleet.advance(11_000);
  fleet.members[0]?.see('down');
  await fleet.advance(ENOUGH_MS);
  t.equal(stand(fleet), 'up up', 'one of two changes nothing');
  cut(fleet, 1, 1, 'hung');
  await fleet.advance(70_000);
  t.equal(stand(fleet), 'down up', 'who hears nobody judges alone');
  cut(fleet, 1, 1, 'well');
  t.ok((await fleet.reach(() => stand(fleet) === 'up up', ENOUGH_MS)) < 2000);
  await fleet.close();
});

t.test('clocks five minutes apart', async (t) => {
  const fleet = madeFleet({ size: 3, instances: 2, apart: (i) => i * 150_000 });
  for (const member of fleet.members) member.see('up');
  await fleet.advance(ENOUGH_MS);
  for (const member of fleet.members.slice(0, 2)) member.see('down');
  t.ok((await fleet.reach(() => stand(fleet) === 'down down down', ENOUGH_MS)) < 2000);
  fleet.members[2]?.say('said ahead');
  t.ok((await fleet.reach(() => say(fleet) === 'said ahead said ahead said ahead', ENOUGH_MS)) < 2000);
  fleet.members[0]?.say(undefined);
  t.ok((await fleet.reach(() => say(fleet) === '- - -', ENOUGH_MS)) < 2000, 'who is behind can take it back');
  await fleet.close();
});

t.test('what is said and taken back while members are away, in any order', async (t) => {
  const fleet = madeFleet({ size: 3, instances: 2 });
  const random = seededRandom(30);
  const away = new Set<number>();
  const stopped = new Set<number>();
  let last: string | undefined;
  let met = 0;
  for (let turn = 0; turn < 120; turn++) {
    const i = Math.floor(random() * 3);
    const member = fleet.members[i];
    const what = random();
    if (member === undefined) throw new Error('there are three');
    if (what < 0.2 && !stopped.has(i)) {
      away.add(i);
      cut(fleet, i, 2, 'hung');
    } else if (what < 0.3 && !stopped.has(i)) {
      stopped.add(i);
      await member.stop();
    } else if (what < 0.4 && stopped.delete(i)) member.start();
    else if (what < 0.5) fleet.empty(Math.floor(random() * 2));
    else if (what < 0.9 && !stopped.has(i)) {
      last = random() < 0.5 ? undefined : `word ${turn}`;
      member.say(last);
    } else {
      for (const one of away) cut(fleet, one, 2, 'well');
      for (const one of stopped) fleet.members[one]?.start();
      away.clear();
      stopped.clear();
      const wanted = Array(3)
        .fill(last ?? '-')
        .join(' ');
      await fleet.reach(() => say(fleet) === wanted, ENOUGH_MS);
      t.equal(say(fleet), wanted, `turn ${turn}: what was said last holds on all`);
      met++;
    }
    await fleet.advance(1 + random() * 2000);
  }
  t.ok(met > 5);
  await fleet.close();
});

t.test('what was taken back is not back from the dead after a month', async (t) => {
  const fleet = madeFleet({ size: 3, instances: 1, apart: (i) => i * 150_000 });
  const [first, second, third] = fleet.members;
  first?.say('disk full');
  await fleet.reach(() => say(fleet) === 'disk full disk full disk full', ENOUGH_MS);
  await third?.stop();
  second?.say(undefined);
  await fleet.reach(() => say(fleet) === '- - -', ENOUGH_MS);
  await fleet.stall(29.9 * DAY_MS);
  await fleet.advance(ENOUGH_MS);
  third?.start();
  t.equal(third?.override(), 'disk full', 'as its disk has it');
  await fleet.reach(() => say(fleet) === '- - -', ENOUGH_MS);
  t.equal(say(fleet), '- - -');
  await fleet.stall(DAY_MS);
  await fleet.advance(70_000);
  await third?.stop();
  third?.start();
  await fleet.advance(ENOUGH_MS);
  t.equal(say(fleet), '- - -', 'nor when all have forgotten it');
  t.equal(
    all(fleet, ({ size }) => size()),
    '2 2 2',
    'and they have',
  );
  await fleet.close();
});
