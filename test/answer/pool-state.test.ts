/** The state of pools in shared memory: what is written is read, whole, by any thread. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import {
  ADDRESS,
  ADDRESS_STATE,
  addressesAt,
  growthStepOf,
  isInPanic,
  poolStateWords,
  rankOf,
  setAddress,
  stateOf,
  stateVersion,
  WHOLE,
  writePoolState,
} from '../../src/answer/pool-state.js';

const ADDRESSES = 3;
const newState = (pools = 1): Int32Array =>
  new Int32Array(new SharedArrayBuffer(pools * poolStateWords(ADDRESSES) * 4));
const words = new Int32Array(ADDRESSES * ADDRESS.WORDS);

function read(state: Int32Array, block: number, address: number, word: number): number {
  const version = stateVersion(state, block);
  return state[addressesAt(block, version, ADDRESSES) + address * ADDRESS.WORDS + word] ?? 0;
}

t.test('what is written is read, and nothing else', async (t) => {
  const state = newState(3);
  const block = poolStateWords(ADDRESSES);
  t.equal(block % 16, 0, 'a pool begins with a line of the cache');
  setAddress(words, 0, ADDRESS_STATE.UP, 10, 70_000, 300);
  setAddress(words, 1, ADDRESS_STATE.DOWN, 3, 0, 60, 0.5);
  setAddress(words, 2, ADDRESS_STATE.OFF, 1, 2, 2 ** 31 - 1);
  writePoolState(state, block, words, true);
  t.equal(stateVersion(state, block), 1);
  const first = read(state, block, 0, ADDRESS.STATE);
  t.same([stateOf(first), growthStepOf(first), rankOf(first)], [ADDRESS_STATE.UP, 10, 70_000]);
  t.equal(read(state, block, 1, ADDRESS.FACTOR), WHOLE / 2);
  t.same(
    [0, 1, 2].map((address) => read(state, block, address, ADDRESS.TTL)),
    [300, 60, 2 ** 31 - 1],
  );
  t.equal(isInPanic(state, block, ADDRESSES), true);
  t.ok(
    state.subarray(0, block).every((word) => word === 0),
    'the pool before it',
  );
  t.ok(
    state.subarray(2 * block).every((word) => word === 0),
    'the pool behind it',
  );
});

t.test('each address keeps the version at which it changed', async (t) => {
  const state = newState();
  const changed = (): number[] => [0, 1, 2].map((address) => read(state, 0, address, ADDRESS.CHANGED));
  for (let i = 0; i < ADDRESSES; i++) setAddress(words, i, ADDRESS_STATE.UP, 10, i, 60);
  writePoolState(state, 0, words, false);
  t.same(changed(), [1, 1, 1]);
  setAddress(words, 1, ADDRESS_STATE.DOWN, 10, 1, 60);
  writePoolState(state, 0, words, false);
  t.same(changed(), [1, 2, 1]);
  writePoolState(state, 0, words, false);
  t.equal(stateVersion(state, 0), 2, 'nothing new is no version');
  setAddress(words, 2, ADDRESS_STATE.UP, 10, 2, 5);
  writePoolState(state, 0, words, false);
  t.same(changed(), [1, 2, 3]);
  writePoolState(state, 0, words, true);
  t.equal(stateVersion(state, 0), 4, 'panic alone is one');
  t.same(changed(), [1, 2, 3]);
  setAddress(words, 1, ADDRESS_STATE.UP, 10, 1, 60);
  writePoolState(state, 0, words, true);
  t.same(changed(), [1, 5, 3]);
});

t.test('a reader in another thread never takes half of one state for a whole', async (t) => {
  const state = newState();
  for (let i = 0; i < ADDRESSES; i++) setAddress(words, i, ADDRESS_STATE.UP, 10, i, 1);
  writePoolState(state, 0, words, false);
  // All addresses have the same TTL in each state. What the version says to be whole must be so.
  const reader = new Worker(
    `const { parentPort, workerData: { state, place, addresses, stride, ttl } } = require('node:worker_threads');
     let whole = 0, torn = 0, again = 0, last = 0;
     parentPort.postMessage('ready');
     while (last < 200000) {
       const version = Atomics.load(state, 0);
       const at = place[version & 1];
       const seen = [];
       for (let i = 0; i < addresses; i++) seen.push(Atomics.load(state, at + i * stride + ttl));
       if (Atomics.load(state, 0) !== version) { again++; continue; }
       if (seen.some((each) => each !== seen[0])) torn++;
       whole++;
       last = seen[0];
     }
     parentPort.postMessage({ whole, torn, again });`,
    {
      eval: true,
      workerData: {
        state,
        place: [0, 1].map((version) => addressesAt(0, version, ADDRESSES)),
        addresses: ADDRESSES,
        stride: ADDRESS.WORDS,
        ttl: ADDRESS.TTL,
      },
    },
  );
  await once(reader, 'message');
  for (let ttl = 2; ttl <= 200_000; ttl++) {
    for (let i = 0; i < ADDRESSES; i++) setAddress(words, i, ADDRESS_STATE.UP, 10, i, ttl);
    writePoolState(state, 0, words, false);
  }
  const [{ whole, torn }] = await once(reader, 'message');
  t.equal(torn, 0);
  t.ok(whole > 0, `${whole} were read`);
});
