/** Rate limiting over simulated time: what one address and what networks of them get. */
import t from 'tap';
import {
  countAnswer,
  newLimitScratch,
  newRateLimit,
  type RateLimit,
  type RateLimitTerms,
  SIZES,
  slips,
} from '../../src/answer/rate-limit.js';
import { parseAddress } from '../../src/ip/address.js';
import { type Prefix, parsePrefix } from '../../src/ip/prefix.js';
import { treeOfPrefixes } from '../../src/ip/prefix-tree.js';
import { below, seededRandom } from '../../src/platform/random.js';

const NOON = 1_790_000_000_000;

function prefix(text: string): Prefix {
  const read = parsePrefix(text);
  if ('fault' in read) throw new Error(read.fault);
  return read;
}

function makeLimit(terms: Partial<RateLimitTerms> & { networks?: readonly string[] } = {}): RateLimit {
  const { networks = [], ...rest } = terms;
  const random = seededRandom(9018);
  const seeds = Int32Array.from(SIZES, () => below(random, 2 ** 31));
  const exempt = treeOfPrefixes(networks.map((text) => ({ prefix: prefix(text), id: 1 }))).tree;
  const defaults = { rate: 50, burst: 125, slip: 1, dryRun: false, exempt, tableSize: 65_536 };
  return newRateLimit({ ...defaults, ...rest }, seeds);
}

/** Asks for an address: gives what countAnswer does. */
function asking(limit: RateLimit): (from: string, now: number) => number {
  const scratch = newLimitScratch();
  const known = new Map<string, { bytes: Uint8Array; offset: number; ipv6: boolean }>();
  return (from, now) => {
    let peer = known.get(from);
    if (peer === undefined) {
      const address = parseAddress(from);
      if (address === null) throw new Error(`${from} is no address`);
      peer = { bytes: Uint8Array.of(9, 9, ...address.bytes), offset: 2, ipv6: address.family === 'ipv6' };
      known.set(from, peer);
    }
    return countAnswer(limit, peer, now, scratch);
  };
}

t.test('one address gets a burst of 125, then 50 a second', async (t) => {
  for (const from of ['192.0.2.1', '2001:db8::1']) {
    const ask = asking(makeLimit());
    const given = (count: number, now: number): number =>
      Array.from({ length: count }, () => ask(from, now)).filter((over) => over < 0).length;
    t.equal(given(1000, NOON), 125);
    t.equal(given(1000, NOON), 0);
    t.equal(given(10, NOON + 20), 1, 'one each 20 ms');
    t.equal(given(1000, NOON + 1020), 50);
    t.equal(given(1000, NOON + 60_000), 125, 'and a burst again after a rest');
    t.equal(SIZES[ask(from, NOON + 60_000)], from.includes(':') ? 128 : 32);
  }
});

t.test('what is asked at the rate is always answered', async (t) => {
  const ask = asking(makeLimit());
  const given = Array.from({ length: 5000 }, (_, i) => ask('192.0.2.1', NOON + i * 20));
  t.same(new Set(given), new Set([-1]));
});

t.test('a rate whose interval has a fraction gives its whole burst', async (t) => {
  for (const [rate, burst] of [
    [30, 125],
    [7, 9],
    [0.3, 5],
    [1000, 1],
    [20, 1000],
  ] as const) {
    const ask = asking(makeLimit({ rate, burst }));
    const given = Array.from({ length: burst + 20 }, () => ask('192.0.2.1', NOON + 0.5)).filter(
      (over) => over < 0,
    );
    t.equal(given.length, burst, `${rate} a second, ${burst} at once`);
  }
});

/** How many answers clients get at one moment that share just the network of `size` bits, and what stops them. */
function sharedBurst(
  addresses: (i: number) => string,
  count: number,
): { given: number; stopped: Set<number> } {
  const ask = asking(makeLimit());
  const stopped = new Set<number>();
  let given = 0;
  for (let i = 0; i < count; i++) {
    const over = ask(addresses(i), NOON);
    if (over < 0) given++;
    else stopped.add(over);
  }
  return { given, stopped };
}

t.test('networks have the factors of Knot', async (t) => {
  const near = (value: number, expected: number): boolean => Math.abs(value - expected) <= expected * 0.01;
  const table: [size: number, factor: number, address: (i: number) => string][] = [
    [24, 32, (i) => `192.0.2.${i % 256}`],
    [20, 256, (i) => `192.0.${16 + (i % 16)}.${(i >> 4) % 256}`],
    [18, 768, (i) => `192.0.${64 + (i % 64)}.${(i >> 6) % 256}`],
    [64, 2, (i) => `2001:db8::${(i % 5000).toString(16)}`],
    [56, 3, (i) => `2001:db8:0:${(i % 256).toString(16)}::1`],
    [48, 4, (i) => `2001:db8:0:${(i % 60_000).toString(16)}::1`],
    [32, 64, (i) => `2001:db8:${(i % 60_000).toString(16)}::1`],
  ];
  for (const [size, factor, address] of table) {
    const { given, stopped } = sharedBurst(address, 125 * factor + 20_000);
    t.ok(near(given, 125 * factor), `/${size}: ${given} are given, ${125 * factor} are meant`);
    t.same(
      [...stopped].map((index) => SIZES[index]),
      [size],
      `/${size} alone stops them`,
    );
  }
});

t.test('what is too many does not add up', async (t) => {
  const ask = asking(makeLimit());
  let given = 0;
  // A flood of 100,000 a second from one address, for ten seconds.
  for (let i = 0; i < 1_000_000; i++) if (ask('192.0.2.1', NOON + i / 100) < 0) given++;
  t.ok(given >= 620 && given <= 630, `${given} of a million are answered: 125 + 10 × 50`);
  t.equal(ask('192.0.2.2', NOON + 10_000), -1, 'its neighbour gets answers');
});

t.test('a flood in the names of many pushes nobody out who is limited', async (t) => {
  const ask = asking(makeLimit({ tableSize: 1024 }));
  const random = seededRandom(53);
  let victim = 0;
  for (let i = 0; i < 200_000; i++) {
    const now = NOON + i / 200;
    ask([0, 8, 16, 24].map(() => below(random, 224)).join('.'), now);
    if (i % 2 === 0 && ask('192.0.2.1', now) < 0) victim++;
  }
  t.ok(victim < 200, `${victim} of 100000 in a second: 175 are due`);
});

t.test('networks that share a line of the table have places of their own, at any time of day', async (t) => {
  for (let hour = 0; hour < 24; hour++) {
    const now = NOON + hour * 3_600_000;
    // Eight places: the four networks of two addresses that have none in common.
    const ask = asking(makeLimit({ tableSize: 8 }));
    const given = Array.from({ length: 400 }, (_, i) => ask(i % 2 === 0 ? '192.0.2.1' : '198.51.100.1', now));
    const count = given.filter((over) => over < 0).length;
    // Networks that come at once may take one place, and then one of them is not counted yet.
    t.ok(count >= 250 && count <= 258, `${count} at hour ${hour}`);
  }
});

t.test('exempt networks are neither limited nor counted', async (t) => {
  const ask = asking(makeLimit({ networks: ['192.0.2.0/24', '2001:db8:1::/48'] }));
  for (let i = 0; i < 100_000; i++) {
    if (ask('192.0.2.1', NOON) >= 0 || ask('2001:db8:1::1', NOON) >= 0) t.fail('limited');
  }
  t.equal(ask('192.0.3.1', NOON), -1);
  t.equal(
    Array.from({ length: 200 }, () => ask('2001:db8:2::1', NOON)).filter((over) => over < 0).length,
    125,
  );
});

t.test('a clock that is put back limits nobody for long', async (t) => {
  const ask = asking(makeLimit());
  for (let i = 0; i < 200; i++) ask('192.0.2.1', NOON);
  t.ok(ask('192.0.2.1', NOON) >= 0);
  t.equal(ask('192.0.2.1', NOON - 3_600_000), -1);
});

t.test('times start again every 17 minutes, which nobody notices', async (t) => {
  const ask = asking(makeLimit());
  // A burst each three seconds, for an hour.
  for (let now = NOON; now < NOON + 3_600_000; now += 3000) {
    const given = Array.from({ length: 130 }, () => ask('192.0.2.1', now)).filter((over) => over < 0);
    if (given.length !== 125) t.fail(`${given.length} at ${now - NOON}`);
  }
});

t.test('workers share one table', async (t) => {
  const limit = makeLimit();
  const [one, two] = [asking(limit), asking({ ...limit })];
  for (let i = 0; i < 63; i++)
    t.same([one('192.0.2.1', NOON), two('192.0.2.1', NOON)], [-1, i === 62 ? 0 : -1]);
  t.ok(one('192.0.2.1', NOON) >= 0);
  t.ok(limit.table.buffer instanceof SharedArrayBuffer);
});

t.test('slip', async (t) => {
  const pattern = (slip: number): string => {
    const limit = makeLimit({ slip });
    const scratch = newLimitScratch();
    return Array.from({ length: 8 }, () => (slips(limit, scratch) ? '!' : '.')).join('');
  };
  t.same([0, 1, 2, 3].map(pattern), ['........', '!!!!!!!!', '.!.!.!.!', '..!..!..']);
});

t.test('terms out of range are mistakes of the program', async (t) => {
  t.throws(() => makeLimit({ rate: 1, burst: 61 }), RangeError);
  t.throws(() => makeLimit({ tableSize: 1000 }), RangeError);
  t.throws(() => makeLimit({ tableSize: 4 }), RangeError);
});
