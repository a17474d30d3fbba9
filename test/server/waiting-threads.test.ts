/** Threads that are started before there is anything to answer from. */
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import t from 'tap';
import { beginThreads, type ThreadKind } from '../../src/server/waiting-threads.js';
import { ANSWER, ASKED, askOverTcp, openOn, TABLE, TRANSPORTS, udpClient } from './loopback.js';

for (const transport of TRANSPORTS) {
  t.test(`${transport}: what waits is told where to answer, and what from`, async (t) => {
    const kinds: readonly ThreadKind[] = [`udp-${transport}`, 'tcp'];
    const threads = beginThreads(kinds);
    const taken: ThreadKind[] = [];
    const { port } = await openOn(t, transport, TABLE, ['127.0.0.1'], {
      workers: 1,
      begin(kind) {
        taken.push(kind);
        return threads.take(kind);
      },
    });
    t.same([...taken].sort(), [...kinds].sort());
    t.same((await (await udpClient(t, port)).ask(ASKED)).answers, ANSWER);
    const [reply] = await askOverTcp(port, [ASKED]);
    t.same(reply?.answers, ANSWER);
    await threads.stop();
    t.same((await (await udpClient(t, port)).ask(ASKED)).answers, ANSWER, 'who was taken stays');
  });
}

t.test('a thread is given once; where none is left, another begins', async (t) => {
  const threads = beginThreads(['tcp', 'tcp']);
  const [first, second, third] = [threads.take('tcp'), threads.take('tcp'), threads.take('tcp')];
  const other = threads.take('udp-portable');
  t.equal(new Set([first, second, third, other]).size, 4);
  await threads.stop();
  const all = [first, second, third, other];
  t.ok(
    all.every(({ threadId }) => threadId > 0),
    'none of them is ended with those that wait',
  );
  await Promise.all(all.map((thread) => thread.terminate()));
});

t.test('one that nobody took ends by itself, whatever it loads just then', async (t) => {
  const begun: Worker[] = [];
  const see = (thread: Worker): void => void begun.push(thread);
  process.on('worker', see);
  t.teardown(() => process.off('worker', see));
  const threads = beginThreads(['udp-batched', 'udp-portable', 'tcp', 'tls']);
  await setImmediate();
  const codes = begun.map(async (thread) => (await once(thread, 'exit'))[0]);
  await threads.stop();
  t.same(await Promise.all(codes), [0, 0, 0, 0], 'a thread that is ended from outside has another code');
});

t.test('those that nobody took end, and one that broke while it waited is given to nobody', async (t) => {
  const begun: Worker[] = [];
  const see = (thread: Worker): void => void begun.push(thread);
  process.on('worker', see);
  t.teardown(() => process.off('worker', see));
  const threads = beginThreads(['tcp', 'udp-portable']);
  await setImmediate();
  const [broken, waiting] = begun;
  broken?.ref();
  // No start that a worker could be told.
  broken?.postMessage(undefined);
  await t.rejects(once(broken ?? process, 'exit'), /told what to start with/);
  const another = threads.take('tcp');
  t.not(another, broken);
  await threads.stop();
  t.equal(waiting?.threadId, -1);
  t.ok(another.threadId > 0);
  await another.terminate();
});
