import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { growRoom, keepRoom, LITTLE_ROOM } from '../../src/platform/heap-room.js';

/** A thread that says how much room for young objects it has once it has made many and kept some, when it is told to. */
const MAKE_MANY = `
  const { parentPort } = require('node:worker_threads');
  const { getHeapSpaceStatistics } = require('node:v8');
  parentPort.once('message', () => {
    const kept = [];
    let most = 0;
    for (let i = 0; i < 1e6; i++) {
      const made = { i, list: [i] };
      if (i % 20 === 0) kept.push(made);
      if (i % 1e5 !== 0) continue;
      most = Math.max(most, getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);
    }
    parentPort.postMessage(most);
  });
`;

/** The most megabytes of room that a thread had; `beforehand` is done when it has begun. */
async function roomOfThread(resourceLimits = {}, beforehand = () => {}): Promise<number> {
  const thread = new Worker(MAKE_MANY, { eval: true, resourceLimits });
  await once(thread, 'online');
  beforehand();
  thread.postMessage('begin');
  // The last message of a thread and its end may be told of in one go.
  const [[room]] = await Promise.all([once(thread, 'message'), once(thread, 'exit')]);
  return Number(room) / 2 ** 20;
}

t.test('threads have the room that they are to have', async (t) => {
  const usual = await roomOfThread();
  t.ok((await roomOfThread(LITTLE_ROOM)) <= 2, 'as little as it was given');
  keepRoom();
  const kept = await roomOfThread();
  t.ok(kept < usual / 2, `${kept} MB of ${usual}, once it does not grow any more`);
  t.ok((await roomOfThread({}, growRoom)) > kept);
});
