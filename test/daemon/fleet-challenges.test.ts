/** Who gave a challenge hears which members serve it, as soon as that is known, and does not wait for the silent. */
import t, { type Test } from 'tap';
import { challengeKey } from '../../src/daemon/challenge-keeper.js';
import type { ChallengeName } from '../../src/daemon/challenges-file.js';
import { createFleetChallenges } from '../../src/daemon/fleet-challenges.js';
import { openFleetEntries } from '../../src/daemon/fleet-entries.js';
import { SHARED_CHALLENGES } from '../../src/daemon/fleet-files.js';
import type { PassedChallenge, SharedChallenge } from '../../src/fleet/documents.js';
import { createSharedEntries } from '../../src/fleet/shared-entries.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { until } from '../e2e/program.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const NAME = '_acme-challenge.dl.example.org';

async function scene(t: Test, isShared = true) {
  const clock = createFakeClock();
  const files = createStateFiles({ directory: t.testdir(), clock, log: createRecordingLog() });
  const entries = await openFleetEntries<ChallengeName, SharedChallenge>({
    ...{ files, kind: SHARED_CHALLENGES, self: 'ns1', clock, publish: () => undefined },
    entries: (initial) =>
      createSharedEntries({ self: 'ns1', keyOf: challengeKey, mostOfMember: 100, initial }),
  });
  const heard = new Map<string, readonly PassedChallenge[] | undefined>();
  const challenges = createFleetChallenges({
    ...{ self: 'ns1', isShared, entries, clock, heard: () => heard },
  });
  const given = { name: NAME, token: 'one', since: clock.now(), until: clock.now() + 1000 };
  /** What is said of it, once it is. */
  const said = () => until(async () => entries.of(given), 'it is said');
  return { clock, entries, heard, challenges, given, said };
}

t.test('it waits for those that are heard', async (t) => {
  const { clock, entries, heard, challenges, given, said } = await scene(t);
  heard.set('ns2', []).set('ns3', []).set('ns4', undefined);
  const giving = challenges.give?.({ ...given, by: 'alice' });
  const entry = await said();
  t.match(entry, { name: NAME, member: 'ns1', said: { until: given.until, by: 'alice' } });
  heard.set('ns2', [entry]);
  challenges.changed();
  heard.set('ns3', [{ ...entry, withheld: true }]);
  // What it was before is not what was given now.
  heard.set('ns2', [{ ...entry, stamp: [1, 0] }]);
  challenges.changed();
  heard.set('ns2', [entry]);
  challenges.changed();
  t.same(await giving, [
    { member: 'ns2', state: 'served' },
    { member: 'ns3', state: 'withheld' },
    { member: 'ns4', state: 'silent' },
  ]);
  await entries.close();
  t.equal(clock.waiting(), 0);
});

t.test('but not for longer than five seconds, and not for those that fall silent', async (t) => {
  const { clock, entries, heard, challenges, given, said } = await scene(t);
  heard.set('ns2', []).set('ns3', []);
  let members: unknown;
  challenges.give?.(given).then((settled) => {
    members = settled;
  });
  await said();
  heard.set('ns3', undefined);
  challenges.changed();
  await until(async () => {
    await clock.advance(1000);
    return members;
  }, 'it waits no more');
  t.same(members, [
    { member: 'ns2', state: 'late' },
    { member: 'ns3', state: 'silent' },
  ]);
  await entries.close();
});

t.test('what is taken back is not given any more', async (t) => {
  const { clock, entries, challenges, given } = await scene(t);
  t.same(await challenges.give?.(given), []);
  t.same(
    challenges.list().map(({ token }) => token),
    ['one'],
  );
  await clock.advance(1000);
  t.same(challenges.list(), [], 'nor what has ended');
  await challenges.give?.({ ...given, until: clock.now() + 1000 });
  t.equal(challenges.list().length, 1);
  await challenges.takeBack([given]);
  t.same(challenges.list(), []);
  t.equal(entries.list().length, 1, 'but known');
  await entries.close();
});

t.test('what is given on a member that may not speak for all is for itself', async (t) => {
  const { entries, challenges } = await scene(t, false);
  t.equal(challenges.give, undefined);
  await entries.close();
});
