import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { startWaiting } from '../../src/platform/run-in-worker.js';

const ANSWERS = `
  import { parentPort, workerData } from 'node:worker_threads';
  parentPort.once('message', (work) => parentPort.postMessage({ kind: 'done', value: [workerData, work] }));
`;

t.test('a thread that waits', async (t) => {
  const directory = t.testdir({ 'answers.mjs': ANSWERS, 'broken.mjs': 'throw new Error("broken");' });
  const script = (name: string): URL => pathToFileURL(`${directory}/${name}`);
  await t.test('does the work that it is handed', async (t) => {
    const thread = startWaiting(script('answers.mjs'), 1);
    t.same(await thread.run(2), [1, 2]);
    await thread.stop();
  });
  await t.test('does it to the end, whoever stops it meanwhile', async (t) => {
    const thread = startWaiting(script('answers.mjs'), 1);
    const result = thread.run(2);
    await thread.stop();
    t.same(await result, [1, 2]);
  });
  await t.test('ends when it is stopped before', async (t) => {
    const thread = startWaiting(script('answers.mjs'), 1);
    await thread.stop();
    await t.rejects(thread.run(2), { message: 'a worker thread ended without a result' });
  });
  await t.test('says what kept it from the work, and nothing before it is asked', async (t) => {
    // What waits keeps nothing from ending.
    const alive = setInterval(() => undefined, 1000);
    t.teardown(() => clearInterval(alive));
    const created = once(process, 'worker');
    const thread = startWaiting(script('broken.mjs'), 1);
    const [worker] = await created;
    await new Promise((resolve) => worker.once('exit', resolve));
    await t.rejects(thread.run(2), { message: 'broken' });
  });
});
