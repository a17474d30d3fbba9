/** One process after another, both in this one: what the first leaves, the second answers from. */
import { closeSync } from 'node:fs';
import { queryObjects } from 'node:v8';
import t, { type Test } from 'tap';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import { takeOver } from '../../src/daemon/takeover.js';
import { systemClock } from '../../src/platform/clock.js';
import { LINUX, loadLibc } from '../../src/platform/libc.js';
import { DEFAULT_TCP_LIMITS } from '../../src/server/tcp-admission.js';
import { type Handed, type Manager, NO_MANAGER } from '../../src/systemd/manager.js';
import { until } from '../e2e/program.js';
import { createRecordingLog } from '../health/recording-log.js';
import { ANSWER, ASKED, TABLE, udpClient } from '../server/loopback.js';

const libc = await loadLibc();
const skip = 'unavailable' in libc ? libc.unavailable : false;

const TERMS = { workers: 1, tcp: DEFAULT_TCP_LIMITS, policy: PLAIN_POLICY };
const anyPort = { ...TERMS, listen: [{ host: '127.0.0.1', port: 0 }] };

/** A manager that keeps duplicates, as systemd does, and hands them to who comes next. */
function keeper() {
  let kept: Handed[] = [];
  const manager = (descriptors: readonly Handed[]): Manager => ({
    ...NO_MANAGER,
    keeps: true,
    descriptors,
    store(name, fd) {
      if ('unavailable' in libc) return;
      kept.push({ name, fd: libc.fcntl(fd, LINUX.F_DUPFD_CLOEXEC, 0) });
    },
    discard(name) {
      for (const each of kept) if (each.name === name) closeSync(each.fd);
      kept = kept.filter((each) => each.name !== name);
    },
  });
  return {
    names: () => kept.map(({ name }) => name).sort(),
    /** A process that begins with duplicates of all that is kept. */
    async next(t: Test) {
      if ('unavailable' in libc) throw new Error(libc.unavailable);
      const handed = kept.map(({ name, fd }) => ({ name, fd: libc.fcntl(fd, LINUX.F_DUPFD_CLOEXEC, 0) }));
      const log = createRecordingLog();
      const takeover = await takeOver(manager(handed), systemClock, log);
      t.teardown(() => takeover.stop());
      return { takeover, log };
    },
    end() {
      for (const { fd } of kept.splice(0)) closeSync(fd);
    },
  };
}

t.test(
  'the next process answers before it has a table, and the table is left for one alone',
  { skip },
  async (t) => {
    const manager = keeper();
    t.teardown(manager.end);
    const one = await manager.next(t);
    const service = await one.takeover.open(anyPort, TABLE);
    t.same(one.log.events().includes('taken-over'), false, 'nothing was left to the first');
    const sockets = manager.names();
    t.ok(sockets.length > 0 && !sockets.includes('table'));
    await one.takeover.leave();
    t.same(manager.names(), [...sockets, 'table'].sort());
    await one.takeover.stop();

    const two = await manager.next(t);
    t.ok(two.log.events().includes('taken-over'));
    t.same(manager.names(), sockets, 'a third must not answer from what is old by then');
    const [{ port } = { port: 0 }] = service.endpoints;
    t.same((await (await udpClient(t, port)).ask(ASKED)).answers, ANSWER);
    const taken = await two.takeover.open(
      { ...TERMS, listen: service.endpoints },
      { ...TABLE, generation: 5 },
    );
    t.equal(taken.generation(), 5, 'and goes on with its own');
    t.same((await (await udpClient(t, port)).ask(ASKED)).answers, ANSWER);
  },
);

/** How many blocks of shared memory this thread can reach. */
const sharedBlocks = (): number => queryObjects(SharedArrayBuffer, { format: 'count' });

t.test('what was left is free once there are other tables', { skip }, async (t) => {
  const manager = keeper();
  t.teardown(manager.end);
  const blocks = 10_000;
  const ballast = Array.from({ length: blocks }, () => new Uint8Array(new SharedArrayBuffer(1)));
  const large = { ...TABLE, ballast };
  const one = await manager.next(t);
  const { endpoints: listen } = await one.takeover.open(anyPort, large);
  await one.takeover.leave();
  await one.takeover.stop();
  // It collects garbage first.
  const before = sharedBlocks();
  const two = await manager.next(t);
  t.ok(sharedBlocks() >= before + blocks, 'it answers from them');
  const service = await two.takeover.open({ ...TERMS, listen }, { ...TABLE, generation: 5 });
  await until(() => (service.oldestGeneration() === 5 ? true : undefined), 'all to have the new tables');
  service.sums();
  t.ok(sharedBlocks() < before + blocks);
});

t.test('sockets that are listened on no more are closed, and no longer kept', { skip }, async (t) => {
  const manager = keeper();
  t.teardown(manager.end);
  const one = await manager.next(t);
  await one.takeover.open(anyPort, TABLE);
  const before = manager.names();
  await one.takeover.leave();
  await one.takeover.stop();
  const two = await manager.next(t);
  const service = await two.takeover.open(anyPort, TABLE);
  const [{ port } = { port: 0 }] = service.endpoints;
  t.same((await (await udpClient(t, port)).ask(ASKED)).answers, ANSWER);
  const after = manager.names();
  t.equal(after.length, before.length);
  t.same(
    after.filter((name) => before.includes(name)),
    [],
    'another port has other names',
  );
});

t.test('without a manager nothing is kept', async (t) => {
  const takeover = await takeOver(NO_MANAGER, systemClock, createRecordingLog());
  await takeover.open(anyPort, TABLE);
  await takeover.leave();
  await takeover.stop();
  t.pass('and nothing fails');
});
