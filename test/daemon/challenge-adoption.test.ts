/** Challenges of other members: served here, unless there is no zone or no room for them. */
import t, { type Test } from 'tap';
import { createChallengeAdoption } from '../../src/daemon/challenge-adoption.js';
import { openChallenges } from '../../src/daemon/challenge-keeper.js';
import type { ChallengePlaces } from '../../src/daemon/challenge-place.js';
import type { SharedChallenge } from '../../src/fleet/documents.js';
import { HOUR_MS, MINUTE_MS } from '../../src/platform/time.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const NAME = '_acme-challenge.dl.example.org';
const WORLD: ChallengePlaces = {
  zones: [{ zone: soundZone(zoneText()), text: '', file: 'z.yaml' }],
  refused: [],
};

async function scene(t: Test) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const keeper = await openChallenges({
    files: createStateFiles({ directory: t.testdir(), clock, log }),
    clock,
    log,
  });
  let places: ChallengePlaces = WORLD;
  const old = new Set<SharedChallenge>();
  const adoption = createChallengeAdoption({
    ...{ keeper, clock },
    places: () => places,
    isCurrent: (entry) => !old.has(entry),
  });
  const given = (token: string, more: Partial<SharedChallenge> = {}): SharedChallenge => ({
    ...{ name: NAME, token, member: 'ns2', stamp: [clock.now(), 0] },
    said: { since: clock.now(), until: clock.now() + HOUR_MS },
    ...more,
  });
  const tokens = () => keeper.list().map(({ token }) => token);
  const serve = (next: ChallengePlaces): void => {
    places = next;
  };
  return { clock, log, keeper, adoption, given, tokens, serve, old };
}

t.test('what others give is served until it is taken back', async (t) => {
  const { clock, log, keeper, adoption, given, tokens } = await scene(t);
  const one = given('one');
  adoption.adopt([one, given('over', { said: { since: 0, until: clock.now() } })]);
  t.match(keeper.list(), [{ name: NAME, token: 'one', member: 'ns2' }]);
  adoption.adopt([one]);
  t.equal(log.lines.length, 1, 'it is served already');
  const { said: _, ...takenBack } = one;
  adoption.adopt([takenBack]);
  t.same(tokens(), []);
  await keeper.stop();
});

t.test('what is for this server alone stays', async (t) => {
  const { keeper, adoption, given, tokens } = await scene(t);
  await keeper.add({ name: NAME, token: 'one', lasts: HOUR_MS, local: true }, WORLD);
  const { said: _, ...takenBack } = given('one');
  adoption.adopt([takenBack]);
  t.same(tokens(), ['one']);
  await keeper.stop();
});

t.test('a member whose clock is far from ours gives for as long as it means', async (t) => {
  const { clock, keeper, adoption, given } = await scene(t);
  const ahead = 5 * MINUTE_MS;
  const said = { since: clock.now() + ahead, until: clock.now() + ahead + MINUTE_MS };
  adoption.adopt([given('ahead', { said })], { member: 'ns2', ahead });
  t.equal(keeper.of({ name: NAME, token: 'ahead' })?.until, clock.now() + MINUTE_MS);
  const before = { since: clock.now() - ahead, until: clock.now() - ahead + MINUTE_MS };
  adoption.adopt([given('behind', { said: before })], { member: 'ns2', ahead: -ahead });
  t.equal(keeper.of({ name: NAME, token: 'behind' })?.until, clock.now() + MINUTE_MS);
  adoption.adopt([given('passed on', { name: NAME, token: 'other', member: 'ns3', said })], {
    ...{ member: 'ns2', ahead },
  });
  t.equal(keeper.of({ name: NAME, token: 'other' })?.until, said.until, 'of ours it knows nothing');
  await keeper.stop();
});

t.test('what there is no zone for is withheld until there is', async (t) => {
  const { keeper, adoption, given, tokens, serve, old } = await scene(t);
  serve({ zones: [], refused: [] });
  const [one, two] = [given('one'), given('two')];
  adoption.adopt([one, two]);
  t.match(adoption.withheld(), [
    { name: NAME, member: 'ns2', why: /it is in no zone of this server/ },
    { name: NAME },
  ]);
  t.ok(adoption.isWithheld(one));
  t.same(tokens(), []);
  serve(WORLD);
  old.add(two);
  adoption.adopt([]);
  t.same(tokens(), ['one'], 'but not what was taken back meanwhile');
  t.same(adoption.withheld(), []);
  for (const odd of [given('a b'), given('x', { name: NAME.toUpperCase() }), given('x', { name: '..' })]) {
    adoption.adopt([odd]);
    t.ok(adoption.isWithheld(odd));
  }
  await keeper.stop();
});

t.test('what comes from one member leaves room for the rest', async (t) => {
  const { keeper, adoption, given, tokens } = await scene(t);
  const from = { member: 'ns2', ahead: 0 };
  // In whosever name it comes.
  adoption.adopt(
    Array.from({ length: 200 }, (_, i) => given(`token${i}`, { member: `ns${i}` })),
    from,
  );
  t.equal(tokens().length, 128);
  t.match(adoption.withheld().at(-1)?.why, /^ns2 has passed on as many as this server takes of one member$/);
  await keeper.add({ name: NAME, token: 'ours', lasts: HOUR_MS }, WORLD);
  adoption.adopt([given('of ns3', { token: 'ns3', member: 'ns3' })], { member: 'ns3', ahead: 0 });
  t.same(tokens().slice(-2), ['ours', 'ns3']);
  keeper.end({ name: NAME, token: 'token0' });
  adoption.adopt([]);
  t.equal(tokens().length, 130, 'and another takes the place of one that ended');

  const deep = await scene(t);
  const names = Array.from({ length: 50 }, (_, i) => `a${i}${'.b'.repeat(30)}${i}.${NAME}`);
  deep.adoption.adopt(
    names.map((name) => given('deep', { name, token: 'deep' })),
    from,
  );
  t.ok(deep.tokens().length < 20, 'the names above count too');
  t.equal((await deep.keeper.add({ name: NAME, token: 'ours', lasts: HOUR_MS }, WORLD)).token, 'ours');
  await Promise.all([keeper.stop(), deep.keeper.stop()]);
});
