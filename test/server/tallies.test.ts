/** The counters of several workers as one, over generations of tables. */
import t from 'tap';
import { ROWS_OCTETS } from '../../src/answer/rows.js';
import { count, hitsOf, TALLY } from '../../src/answer/tally.js';
import type { PoolSum } from '../../src/server/sums.js';
import { createTallies, newWorkerCounters, type WorkerCounters } from '../../src/server/tallies.js';

const pool = (
  owner: string,
  counted = 2,
  family: 'ipv4' | 'ipv6' = 'ipv4',
  addresses: readonly number[] = [],
) => ({
  name: { zone: 'example.org', owner, family },
  counted,
  addresses: new DataView(Uint8Array.from(addresses.flatMap((last) => [192, 0, 2, last])).buffer),
  addressLength: 4,
});

/** Counts answers in a worker's own counters, for one catchment of each pool. */
function answer(worker: WorkerCounters, catchments: readonly number[]): void {
  for (const [number, catchment] of catchments.entries()) {
    count(hitsOf(worker.hits, number), catchment);
  }
}

/** The worker answers from that generation now. */
function adopt({ adopted }: WorkerCounters, generation: number): void {
  Atomics.store(adopted, 0, generation);
}

const brief = (pools: readonly PoolSum[]) =>
  pools.map(({ name, answers, catchments }) => [name.owner, answers, catchments.join(' ')]);

t.test('answers of pools by catchment, from all workers', async (t) => {
  const pools = [pool('a', 3), pool('b', 1)];
  const workers = [newWorkerCounters('udp', pools), newWorkerCounters('tcp', pools)];
  const tallies = createTallies(workers, pools);
  const [one, two] = workers;
  if (one === undefined || two === undefined) throw new Error('there are two');
  for (const catchment of [0, 2, 2]) answer(one, [catchment, 0]);
  answer(two, [2]);
  t.same(brief(tallies.sum().pools), [
    ['a', 4, '1 0 3'],
    ['b', 3, '3'],
  ]);
});

t.test('totals outlive tables, and lose nothing on the way', async (t) => {
  const worker = newWorkerCounters('udp', [pool('a'), pool('b')]);
  const tallies = createTallies([worker], [pool('a'), pool('b')]);
  answer(worker, [1, 0]);
  const before = { ...worker };

  tallies.publish([pool('b', 4), pool('a', 1)], 2);
  t.not(worker.hits, before.hits, 'the worker has other counters');
  t.same(brief(tallies.sum().pools), [
    ['b', 1, '0 0 0 0'],
    ['a', 1, '0'],
  ]);
  answer(worker, [3, 0]);
  // This worker has not heard of the new table yet.
  answer(before, [1, 0]);
  const all = [
    ['b', 3, '0 0 0 1'],
    ['a', 3, '1'],
  ];
  t.same(brief(tallies.sum().pools), all);
  answer(before, [1, 0]);
  all[0] = ['b', 4, '0 0 0 1'];
  all[1] = ['a', 4, '1'];
  t.same(brief(tallies.sum().pools), all, 'late, but not lost');
  adopt(worker, 2);
  t.same(brief(tallies.sum().pools), all, 'the same from the totals');
  answer(before, [1, 0]);
  t.same(brief(tallies.sum().pools), all, 'the old counters are let go of');
});

t.test('answers with each address outlive tables too, wherever it is in its pool', async (t) => {
  const pools = [pool('a', 1, 'ipv4', [1, 2, 3])];
  const worker = newWorkerCounters('udp', pools);
  const tallies = createTallies([worker], pools);
  const addresses = () => tallies.sum().pools.map((sum) => sum.addresses);
  answer(worker, [0]);
  for (const address of [1, 1, 2, 3]) count(hitsOf(worker.hits, 0), address);
  t.same(addresses(), [[2, 1, 1]]);
  tallies.publish([pool('a', 2, 'ipv4', [9, 3, 1])], 2);
  // The memory of a table that everybody has left is used again.
  for (const { addresses } of pools) addresses.setUint32(0, 0);
  t.same(addresses(), [[0, 1, 2]]);
  count(hitsOf(worker.hits, 0), 2 + 1);
  adopt(worker, 2);
  t.same(addresses(), [[0, 2, 2]]);
  tallies.publish([pool('a', 1, 'ipv4', [1, 2, 3])], 3);
  adopt(worker, 3);
  t.same(addresses(), [[2, 0, 2]], 'one that was gone begins anew');
});

t.test('many tables in a row count in a few blocks of memory in turn', async (t) => {
  const workers = [newWorkerCounters('udp', [pool('a')]), newWorkerCounters('udp', [pool('a')])];
  const tallies = createTallies(workers, [pool('a')]);
  const blocks = new Set<ArrayBufferLike>();
  for (let generation = 2; generation <= 50; generation++) {
    for (const worker of workers) answer(worker, [0]);
    tallies.publish([pool('a', 1 + (generation % 5))], generation);
    for (const { hits } of workers) blocks.add(hits.block.buffer);
    t.equal(tallies.sum().pools[0]?.answers, 2 * (generation - 1));
    // One is always two behind.
    for (const [i, worker] of workers.entries()) adopt(worker, generation - 2 * i);
  }
  for (const worker of workers) adopt(worker, 50);
  t.same(brief(tallies.sum().pools), [['a', 98, '0']]);
  t.equal(blocks.size, 2 * 4, 'that of the table that is published, and of three that one may still be at');
});

t.test(
  'a pool that is gone is forgotten; pools of one name and two families or zones are not one',
  async (t) => {
    const outer = { ...pool('a'), name: { zone: 'org', owner: 'a', family: 'ipv4' as const } };
    const pools = [pool('a'), pool('a', 2, 'ipv6'), outer, pool('gone')];
    const worker = newWorkerCounters('udp', pools);
    const tallies = createTallies([worker], pools);
    answer(worker, [0, 0, 0, 0]);
    answer(worker, [0, 0]);
    answer(worker, [0]);
    const kept = [pool('a'), pool('a', 2, 'ipv6'), outer];
    tallies.publish(kept, 2);
    const expected = [
      ['a', 3, '0 0'],
      ['a', 2, '0 0'],
      ['a', 1, '0 0'],
    ];
    t.same(brief(tallies.sum().pools), expected);
    adopt(worker, 2);
    t.same(brief(tallies.sum().pools), expected);
    tallies.publish(pools, 3);
    adopt(worker, 3);
    t.same(brief(tallies.sum().pools), [...expected, ['gone', 0, '0 0']]);
  },
);

t.test('workers come and go: what was counted stays, what holds at this moment does not', async (t) => {
  const [udp, tcp] = [newWorkerCounters('udp', [pool('a')]), newWorkerCounters('tcp', [pool('a')])];
  const tallies = createTallies([], [pool('a')]);
  for (const worker of [udp, tcp]) {
    tallies.join(worker);
    adopt(worker, 1);
  }
  udp.tally[TALLY.QUERIES_IPV4] = 5;
  tcp.tally[TALLY.QUERIES_IPV4] = 2;
  tcp.tally[TALLY.TCP_OPEN] = 1;
  udp.tally[TALLY.ROWS_OCTETS] = 100;
  answer(udp, [1]);
  const next = newWorkerCounters('udp', [pool('a')]);
  tallies.join(next);
  adopt(next, 1);
  answer(next, [1]);
  tallies.leave([udp, tcp]);
  next.tally[TALLY.QUERIES_IPV4] = 10;
  const sums = tallies.sum();
  t.match(sums, {
    queries: { udp: { ipv4: 15 }, tcp: { ipv4: 2 } },
    tcp: { open: 0 },
    rows: { memory: 0, memoryLimit: ROWS_OCTETS },
  });
  t.same(brief(sums.pools), [['a', 2, '0 2']]);
  // Those that are gone hold back nothing.
  tallies.publish([pool('a')], 2);
  adopt(next, 2);
  answer(next, [0]);
  t.same(brief(tallies.sum().pools), [['a', 3, '1 0']]);
});

t.test('answers to names that users choose are those of their pool, over tables', async (t) => {
  const chosen = (owner: string, last: number) => {
    const { name, ...own } = pool(owner, 1, 'ipv4', [last]);
    return { ...own, name: { ...name, chosenFrom: 'dl' } };
  };
  const pools = [pool('dl', 2, 'ipv4', [1, 2]), chosen('a.dl', 1), chosen('b.dl', 2)];
  const worker = newWorkerCounters('udp', pools);
  const tallies = createTallies([worker], pools);
  const ask = (number: number, catchment: number, address: number): void => {
    const hits = hitsOf(worker.hits, number);
    count(hits, catchment);
    count(hits, address);
  };
  ask(0, 1, 2);
  ask(1, 0, 1);
  ask(2, 0, 1);
  const told = () =>
    tallies.sum().pools.map(({ name, answers, chosen, catchments, addresses }) => ({
      owner: name.owner,
      answers,
      chosen,
      catchments,
      addresses,
    }));
  t.same(told(), [{ owner: 'dl', answers: 3, chosen: 2, catchments: [0, 1], addresses: [2, 1] }]);
  tallies.publish(
    [pools[2], pools[0]].flatMap((each) => each ?? []),
    2,
  );
  adopt(worker, 2);
  ask(0, 0, 1);
  t.same(told(), [{ owner: 'dl', answers: 4, chosen: 3, catchments: [0, 0], addresses: [2, 2] }]);
  tallies.publish([pool('dl', 1, 'ipv4', [2])], 3);
  adopt(worker, 3);
  t.same(told(), [{ owner: 'dl', answers: 4, chosen: undefined, catchments: [0], addresses: [2] }]);
});
