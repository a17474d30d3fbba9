import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { z } from 'zod';
import { openState } from '../../src/state/state-directory.js';
import type { StateKind } from '../../src/state/state-kind.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { fill, noSmallDisk, smallDisk } from './small-disk.js';

const kind: StateKind<{ mirror: string }> = {
  name: 'x.json',
  version: 2,
  holds: 'mirrors',
  entry: z.strictObject({ mirror: z.string() }),
};

async function open(t: Test, directory: string) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const state = await openState({ directory, clock, log });
  t.teardown(() => state.close());
  return { clock, log, state };
}

/** Lets time pass until something has happened on a real disk. */
async function pass({ clock }: Awaited<ReturnType<typeof open>>, until: () => boolean): Promise<void> {
  while (!until()) await clock.advance(1000);
}

t.test('one server at a time, and the next one when it has ended', async (t) => {
  const directory = join(t.testdir(), 'state');
  const { state, log } = await open(t, directory);
  await t.rejects(open(t, directory), {
    code: 'ALREADY_RUNNING',
    message: `${directory}: in use by another geopool (process ${process.pid} holds ${directory}/server.lock); stop it, or give this one a directory of its own with --state`,
  });
  await state.close();
  await (await open(t, directory)).state.close();
  t.same(log.lines, []);
});

t.test('what comes after its end is not written, and takes nothing from the next one', async (t) => {
  const directory = join(t.testdir(), 'state');
  const { state, log } = await open(t, directory);
  await state.close();
  const next = await open(t, directory);
  await t.rejects(state.write('late', 'text'), { code: 'STATE_UNUSABLE', message: /is given up/ });
  t.notOk(existsSync(join(directory, 'late')));
  await next.state.write('early', 'text');
  t.ok(existsSync(join(directory, 'early')));
  t.same([...log.lines, ...next.log.lines], []);
});

t.test('removed while it is in use it is made anew, locked again, and said', async (t) => {
  const directory = join(t.testdir(), 'state');
  const scene = await open(t, directory);
  const { state, log } = scene;
  const file = state.keep(kind, () => [{ mirror: 'aurora' }]);
  await file.flush();
  rmSync(directory, { recursive: true });
  await pass(scene, () => existsSync(join(directory, 'x.json')));
  t.match(log.lines, [{ event: 'state-recreated', level: 'warn' }]);
  t.same(await state.read(kind), [{ mirror: 'aurora' }]);
  await t.rejects(open(t, directory), { code: 'ALREADY_RUNNING' });
  rmSync(directory, { recursive: true });
  await file.flush();
  await t.rejects(open(t, directory), { code: 'ALREADY_RUNNING' }, 'nothing is written without the lock');
  await file.close();
});

t.test('who took it meanwhile is not written over', async (t) => {
  const directory = join(t.testdir(), 'state');
  const scene = await open(t, directory);
  const { state, log } = scene;
  const file = state.keep(kind, () => [{ mirror: 'aurora' }]);
  renameSync(directory, `${directory}.old`);
  const other = await open(t, directory);
  await other.state.keep(kind, () => [{ mirror: 'boreas' }]).flush();
  await t.rejects(file.flush(), { message: /in use by another geopool/ });
  await pass(scene, () => log.lines.length > 0);
  await scene.clock.advance(60_000);
  t.match(
    log.lines,
    [{ event: 'state-taken', level: 'error', message: /in use by another geopool/ }],
    'said once',
  );
  t.match(state.problems(), [/in use by another geopool/]);
  t.same(await other.state.read(kind), [{ mirror: 'boreas' }]);
  await other.state.close();
  await pass(scene, () => state.problems().length === 0);
  await pass(scene, () => readFileSync(join(directory, 'x.json'), 'utf8').includes('aurora'));
  t.same(log.events(), ['state-taken', 'state-recreated']);
  await file.close();
});

t.test('where it can’t be it is tried again, and said once', async (t) => {
  const directory = join(t.testdir({ state: '' }), 'state');
  const scene = await open(t, directory);
  const { state, log } = scene;
  t.match(log.lines, [{ event: 'state-unusable', level: 'error', message: /can't be used \(ENOTDIR/ }]);
  t.match(state.problems(), [/can't be used/]);
  await scene.clock.advance(60_000);
  t.equal(log.lines.length, 1);
  rmSync(directory);
  await pass(scene, () => existsSync(join(directory, 'server.lock')));
  await pass(scene, () => state.problems().length === 0);
  t.same(log.events(), ['state-unusable', 'state-recreated']);
  await t.rejects(open(t, directory), { code: 'ALREADY_RUNNING' });
});

t.test('a disk that is full at the start is used when there is room', { skip: noSmallDisk }, async (t) => {
  const disk = smallDisk(t, 64);
  const filling = fill(disk);
  const scene = await open(t, join(disk, 'state'));
  const { state } = scene;
  const file = state.keep(kind, () => [{ mirror: 'aurora' }]);
  await t.rejects(file.flush(), { code: 'STATE_UNUSABLE', message: /ENOSPC/ });
  t.match(state.problems().join(), /ENOSPC/);
  rmSync(filling, { recursive: true });
  await pass(scene, () => state.problems().length === 0);
  t.same(await state.read(kind), [{ mirror: 'aurora' }]);
  await t.rejects(open(t, join(disk, 'state')), { code: 'ALREADY_RUNNING' });
  await file.close();
});

t.test('a lock that is no file keeps nobody from what is kept', async (t) => {
  const directory = t.testdir({ 'server.lock': {} });
  const { state, log } = await open(t, directory);
  t.match(log.events(), ['state-unusable']);
  mkdirSync(join(directory, 'deep'));
  writeFileSync(join(directory, 'deep', 'x'), '');
  await state.keep(kind, () => []).flush();
  t.same(await state.read(kind), []);
});
