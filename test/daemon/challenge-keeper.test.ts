import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { findEntry, readingAt, recordCount } from '../../src/answer/challenges.js';
import { openChallenges } from '../../src/daemon/challenge-keeper.js';
import { DAY_MS, HOUR_MS, rfc3339 } from '../../src/platform/time.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { encodeName } from '../../src/wire/names.js';
import { createFakeClock, type FakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const NAME = '_acme-challenge.dl.example.org';
const WORLD = { zones: [{ zone: soundZone(zoneText()), text: '', file: 'z.yaml' }], refused: [] };

async function open(t: Test, clock: FakeClock = createFakeClock(), directory = t.testdir()) {
  const log = createRecordingLog();
  const files = createStateFiles({ directory, clock, log });
  const renewed: number[] = [];
  const onCompiled = () => void renewed.push(clock.now());
  const keeper = await openChallenges({ files, clock, log, onCompiled });
  const served = (name = NAME): number => {
    const wire = encodeName(name);
    const version = readingAt(keeper.served);
    const entry = findEntry(keeper.served, version, new DataView(wire.buffer), 0, wire.length);
    return entry < 0 ? -1 : recordCount(keeper.served, entry);
  };
  const add = (token: string, lasts = HOUR_MS, name = NAME) => keeper.add({ name, token, lasts }, WORLD);
  return { clock, log, directory, keeper, served, add, renewed };
}

t.test('served and durable when it is acknowledged, and ended by itself', async (t) => {
  const { clock, log, directory, keeper, served, add } = await open(t);
  const until = rfc3339(clock.now() + HOUR_MS);
  const since = clock.now();
  const added = await keeper.add({ name: `${NAME}.`, token: 'one', lasts: HOUR_MS, by: 'alice' }, WORLD);
  t.same(added, { name: NAME, token: 'one', since, until: since + HOUR_MS, by: 'alice' });
  t.equal(served(), 1);
  t.match(readFileSync(join(directory, 'challenges.json'), 'utf8'), /"token":"one"/);
  await add('two', 2 * HOUR_MS);
  t.equal(served(), 2);
  t.same(
    keeper.list().map(({ token }) => token),
    ['one', 'two'],
  );
  await clock.advance(HOUR_MS - 1);
  t.equal(served(), 2);
  await clock.advance(1);
  t.equal(served(), 1);
  await clock.advance(HOUR_MS);
  t.equal(served(), -1);
  t.match(log.lines, [
    { event: 'challenge-added', name: NAME, until, by: 'alice' },
    { event: 'challenge-added', name: NAME },
    { event: 'challenge-ended', name: NAME },
    { event: 'challenge-ended', name: NAME },
  ]);
  await keeper.stop();
  t.notMatch(readFileSync(join(directory, 'challenges.json'), 'utf8'), /token/);
  t.equal(clock.waiting(), 0);
});

t.test('what is in a signed zone is left to its compiler, who is told when nobody waits', async (t) => {
  const { clock, keeper, served, add, renewed } = await open(t);
  await add('one');
  t.equal(served(), 1);
  keeper.followSigned(['example.org']);
  t.same([served(), keeper.isCompiled(NAME), keeper.isCompiled('example.net')], [-1, true, false]);
  await add('two', 2 * HOUR_MS);
  t.same([served(), keeper.list().length], [-1, 2]);
  t.same(renewed, [], 'who gives one waits');
  await clock.advance(HOUR_MS);
  t.same(renewed, [clock.now()], 'one ended');
  await keeper.remove({ name: NAME });
  t.equal(renewed.length, 2);
  const until = clock.now() + HOUR_MS;
  keeper.serve({ name: NAME, token: 'theirs', since: clock.now(), until, member: 'ns2' });
  keeper.end({ name: NAME, token: 'theirs' });
  t.equal(renewed.length, 4);
  keeper.followSigned([]);
  await add('three');
  t.equal(served(), 1);
  await keeper.remove({ name: NAME });
  t.equal(renewed.length, 4, 'elsewhere workers have it at once');
  await keeper.stop();
});

t.test('a token that is given again lasts from then on', async (t) => {
  const { clock, keeper, served, add } = await open(t);
  await add('one');
  await clock.advance(HOUR_MS / 2);
  await add('one');
  t.equal(served(), 1);
  await clock.advance(HOUR_MS / 2);
  t.equal(served(), 1);
  await clock.advance(HOUR_MS / 2);
  t.equal(served(), -1);
  await keeper.stop();
});

t.test('what is in signed zones takes no room at a restart', async (t) => {
  const first = await open(t);
  const { clock, directory } = first;
  first.keeper.followSigned(['example.org']);
  // Of each name, five labels are its own: with the names above, they are more than workers have room for.
  const names = Array.from(
    { length: 210 },
    (_, i) => `_acme-challenge.a${i}.b${i}.c${i}.d${i}.dl.example.org`,
  );
  const [name = '', second = '', ...others] = names;
  const given = { token: 'one', since: clock.now(), until: clock.now() + HOUR_MS };
  for (const each of names) first.keeper.serve({ ...given, name: each });
  await first.keeper.stop();
  const { keeper, log, served } = await open(t, clock, directory);
  t.equal(keeper.list().length, 210, 'before it is known which zones are signed');
  keeper.followSigned(['example.org']);
  t.same([keeper.list().length, log.lines], [210, []]);
  keeper.followSigned([]);
  t.match(log.lines, [{ event: 'challenges-unserved', level: 'error' }]);
  for (const each of others.slice(0, 5)) await keeper.remove({ name: each });
  t.same([keeper.list().length, served(name)], [205, -1], 'one too many');
  await keeper.remove({ name: second });
  t.same([keeper.list().length, served(name)], [204, 1]);
  await clock.advance(HOUR_MS);
  t.same(keeper.list(), []);
  await keeper.stop();
});

t.test('removed by token or by name', async (t) => {
  const { log, keeper, served, add } = await open(t);
  for (const token of ['one', 'two', 'three']) await add(token);
  await add('one', HOUR_MS, 'dl.example.org');
  const remove = async (name: string, token?: string, local = false) =>
    (await keeper.remove({ name, ...(token !== undefined && { token }), local })).map((one) => one.token);
  t.same(await remove(NAME, undefined, true), [], 'none of them is for this server alone');
  t.same(await remove(`${NAME}.`.toUpperCase(), 'two'), ['two']);
  t.equal(served(), 2);
  t.same(await remove(NAME, 'two'), []);
  t.same(await remove(NAME), ['one', 'three']);
  t.equal(served(), -1);
  t.equal(served('dl.example.org'), 1);
  t.equal(log.lines.filter(({ event }) => event === 'challenge-removed').length, 2);
  await keeper.stop();
});

t.test('after a restart they are served for what is left of their time', async (t) => {
  const first = await open(t);
  const { clock, directory } = first;
  await first.add('one');
  await first.add('two', 3 * HOUR_MS);
  await first.keeper.stop();
  await clock.advance(2 * HOUR_MS);
  const second = await open(t, clock, directory);
  t.equal(second.served(), 1);
  t.same(
    second.keeper.list().map(({ token }) => token),
    ['two'],
  );
  await clock.advance(HOUR_MS);
  t.equal(second.served(), -1);
  await second.keeper.stop();
});

t.test('a clock that is set changes no end; one that was far ahead keeps none for years', async (t) => {
  const first = await open(t);
  const { clock, directory } = first;
  await first.add('one');
  for (const ms of [-DAY_MS, 5 * DAY_MS]) {
    clock.jump(ms);
    await clock.advance(1000);
    t.equal(first.served(), 1);
  }
  await first.keeper.stop();
  clock.jump(-400 * DAY_MS);
  const second = await open(t, clock, directory);
  t.equal(second.served(), 1);
  await clock.advance(7 * DAY_MS);
  t.equal(second.served(), -1);
  await second.keeper.stop();
});

t.test('what is refused changes nothing', async (t) => {
  const { keeper, log, add } = await open(t);
  for (const lasts of [0, -1, Number.NaN])
    await t.rejects(add('one', lasts), { code: 'REQUEST_REFUSED', message: /^that time is over/ });
  const long = add('one', 7 * DAY_MS + 1);
  await t.rejects(long, { code: 'REQUEST_REFUSED', message: /lasts 7 days at most/ });
  await t.rejects(add('a b'), { code: 'REQUEST_REFUSED', message: /^a token has/ });
  await t.rejects(add('one', HOUR_MS, 'example.com'), { code: 'REQUEST_REFUSED', message: /no zone/ });
  t.same([keeper.list(), log.lines], [[], []]);
  await Promise.all(Array.from({ length: 256 }, (_, i) => add(`token${i}`)));
  await t.rejects(add('more'), { code: 'REQUEST_REFUSED', message: /^there are 256 already, and no room/ });
  t.equal((await add('token0')).token, 'token0', 'but one of them may be given again');
  await keeper.stop();
});

t.test('a file that is damaged is set aside, and what can not be written is said', async (t) => {
  const directory = t.testdir({ 'challenges.json': '{"version":2,"challenges":[\nnonsense\n]}\n' });
  const damaged = await open(t, createFakeClock(), directory);
  t.same(damaged.keeper.list(), []);
  await damaged.add('one');
  rmSync(directory, { recursive: true });
  writeFileSync(directory, '');
  await t.rejects(damaged.add('two'), { code: 'STATE_UNUSABLE' });
  t.equal(damaged.served(), 2, 'it is served all the same');
  await damaged.keeper.stop();
  rmSync(directory);
});

t.test('what was given on another member is served as long, and says so', async (t) => {
  const { clock, log, directory, keeper, served } = await open(t);
  const given = { name: NAME, token: 'one', since: clock.now() - 5, until: clock.now() + HOUR_MS };
  t.equal(keeper.serve({ ...given, by: 'alice', member: 'ns2' }), true);
  t.equal(served(), 1);
  t.same(keeper.of({ name: NAME, token: 'one' }), { ...given, by: 'alice', member: 'ns2' });
  t.match(log.lines, [{ event: 'challenge-added', name: NAME, member: 'ns2', by: 'alice' }]);
  t.equal(keeper.serve({ ...given, token: 'two', until: clock.now() + 400 * DAY_MS, member: 'ns2' }), true);
  t.equal(keeper.of({ name: NAME, token: 'two' })?.until, clock.now() + 7 * DAY_MS, 'for so long at most');
  keeper.end({ name: NAME, token: 'two' });
  t.equal(served(), 1);
  await keeper.stop();
  const again = await open(t, clock, directory);
  t.match(again.keeper.list(), [{ token: 'one', member: 'ns2' }]);
  for (let i = 1; i < 256; i++) again.keeper.serve({ ...given, token: `token${i}` });
  t.equal(again.keeper.serve({ ...given, token: 'more' }), false);
  await again.keeper.stop();
});
