/** `geopool challenge`, with and without a fleet. */
import t, { type Test } from 'tap';
import { openChallenges } from '../../src/daemon/challenge-keeper.js';
import { challengeHandlers } from '../../src/daemon/challenging.js';
import type { FleetChallenges } from '../../src/daemon/fleet-challenges.js';
import { HOUR_MS } from '../../src/platform/time.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const NAME = '_acme-challenge.dl.example.org';
const WORLD = { zones: [{ zone: soundZone(zoneText()), text: '', file: 'z.yaml' }], refused: [] };

async function scene(t: Test, fleet?: FleetChallenges, signed: readonly string[] = []) {
  const [clock, log] = [createFakeClock(), createRecordingLog()];
  const files = createStateFiles({ directory: t.testdir(), clock, log });
  const keeper = await openChallenges({ files, clock, log });
  keeper.followSigned(signed);
  const compiled: number[] = [];
  const compile = async () => compiled.push(keeper.list().length);
  const handlers = challengeHandlers({ keeper, places: () => WORLD, compile, fleet });
  const add = (token: string, local?: boolean) =>
    handlers.add({ name: NAME, token, lasts: HOUR_MS, ...(local !== undefined && { local }) });
  t.teardown(() => keeper.stop());
  return { keeper, handlers, add, compiled };
}

/** A fleet where another member gave `theirs`, and all serve what is given. */
function madeFleet(isShared: boolean) {
  const said: string[] = [];
  const fleet: FleetChallenges = {
    give: !isShared
      ? undefined
      : async ({ token }) => {
          said.push(`given ${token}`);
          return [{ member: 'ns2', state: 'served' }];
        },
    takeBack: async (removed) => void said.push(`taken back ${removed.map(({ token }) => token)}`),
    list: () => ['one', 'theirs'].map((token) => ({ name: NAME, token, member: 'ns2', stamp: [1, 0] })),
    changed: () => undefined,
  };
  return { fleet, said };
}

t.test('without a fleet nobody is waited for', async (t) => {
  const { handlers, add } = await scene(t);
  const added = await add('one');
  t.match(added, { name: NAME, token: 'one', since: /Z$/, until: /Z$/ });
  t.notMatch(added, { members: [] });
  t.notMatch(handlers.list()[0], { local: true });
  t.same(await handlers.remove({ name: `${NAME.toUpperCase()}.` }), { name: NAME, removed: 1 });
  t.same(await handlers.remove({ name: NAME }), { name: NAME, removed: 0 });
});

t.test('in a signed zone it is compiled first, and it is said how long denials are kept', async (t) => {
  const { add, compiled } = await scene(t, undefined, ['dl.example.org']);
  t.equal((await add('one')).negative_ttl, 60);
  t.same(compiled, [1]);
  const other = await scene(t, undefined, ['example.net', 'x.dl.example.org']);
  t.equal((await other.add('one')).negative_ttl, undefined);
  t.same(other.compiled, []);
});

t.test('in a fleet it is given to all, unless it is for this server alone', async (t) => {
  const { fleet, said } = madeFleet(true);
  const { handlers, add } = await scene(t, fleet);
  t.same((await add('one')).members, [{ member: 'ns2', state: 'served' }]);
  t.notMatch(await add('alone', true), { members: [] });
  t.same(said, ['given one']);
  t.match(handlers.list(), [{ token: 'one' }, { token: 'alone', local: true }]);
  t.same(await handlers.remove({ name: NAME, local: true }), { name: NAME, removed: 1 });
  t.equal(said.length, 1);
  t.same(await handlers.remove({ name: NAME }), { name: NAME, removed: 2 }, 'also what is not served here');
  t.equal(said[1], 'taken back one,theirs');
  t.same(handlers.list(), []);
});

t.test('a member that may not speak for all gives and removes what is its own', async (t) => {
  const { fleet, said } = madeFleet(false);
  const { keeper, handlers, add } = await scene(t, fleet);
  t.equal((await add('mine')).local, true);
  keeper.serve({ name: NAME, token: 'theirs', since: 0, until: HOUR_MS + Date.now(), member: 'ns2' });
  t.same(await handlers.remove({ name: NAME }), { name: NAME, removed: 1 });
  await t.rejects(handlers.remove({ name: NAME, token: 'theirs' }), {
    code: 'REQUEST_REFUSED',
    message: /was given on ns2 for the whole fleet: remove it there$/,
  });
  t.match(handlers.list(), [{ token: 'theirs' }]);
  t.same(said, []);
});
