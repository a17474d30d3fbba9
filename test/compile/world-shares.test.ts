/** Factors with which nobody has more of the world than his limit, over random pools and some where that can't be. */
import t from 'tap';
import { ADDRESS, ADDRESS_STATES, setAddress } from '../../src/answer/pool-state.js';
import { createCatchmentStore } from '../../src/compile/map/catchment-store.js';
import { type ShareFactors, shareWorld, TOLERANCE } from '../../src/compile/world-shares.js';
import { below, type Random, seededRandom } from '../../src/platform/random.js';
import type { Tier } from '../../src/select/band-list.js';
import type { AddressState } from '../../src/select/health-view.js';

interface Scene {
  /** By catchment: how many clients it has, and its bands; the last is everybody else unless somebody is barred. */
  readonly catchments: readonly {
    readonly clients: number;
    readonly bands: readonly (readonly number[])[];
    readonly barred?: readonly number[];
    readonly first?: Tier;
  }[];
  readonly weights: readonly number[];
  readonly limits: readonly number[];
  readonly answers?: number;
  readonly maxShare?: number;
  readonly states?: readonly AddressState[];
  readonly growth?: readonly number[];
  readonly own?: readonly number[];
}

function share(scene: Scene): ShareFactors {
  const { catchments, weights, limits, answers = 1, maxShare = 1 } = scene;
  const store = createCatchmentStore(weights.length);
  const clients: number[] = [];
  const everybody = catchments.reduce((sum, one) => sum + one.clients, 0);
  for (const { clients: count, bands, barred = [], first = 'near' } of catchments) {
    const number = store.add({
      tiers: bands.map((_, i): Tier => (i === 0 ? first : 'far')),
      sizes: bands.map(({ length }) => length),
      members: Uint32Array.from([...bands.flat(), ...barred]),
      ...(bands.flat().length + barred.length < weights.length && { rest: 'far' }),
    });
    clients[number] = (clients[number] ?? 0) + count / everybody;
  }
  const words = new Int32Array(weights.length * ADDRESS.WORDS);
  for (const i of weights.keys()) {
    const state = ADDRESS_STATES.indexOf(scene.states?.[i] ?? 'up');
    setAddress(words, i, state, scene.growth?.[i] ?? 10, i, 60, scene.own?.[i]);
  }
  return shareWorld({
    rules: {
      catchments: store.all(),
      answers,
      maxShare,
      panic: 0,
      ttl: 60,
      weights: Float64Array.from(weights),
      byWeight: new Uint32Array(0),
      firstAddress: Uint32Array.from({ length: weights.length + 1 }, (_, i) => i),
    },
    words,
    clients: Float64Array.from(clients),
    limits,
  });
}

const rounded = (all: Float64Array): number[] => [...all].map((one) => Math.round(one * 100) / 100);
const ASIA = { clients: 40, bands: [[0]] };
const EUROPE = { clients: 40, bands: [[1, 2]] };
const AMERICA = { clients: 20, bands: [[3]] };

t.test('a lone mirror in Asia gives away what is above its limit, and all else stays', async (t) => {
  const { factors, parts } = share({
    catchments: [ASIA, EUROPE, AMERICA],
    weights: [1, 1, 1, 1],
    limits: [0.25, 1, 1, 1],
  });
  t.same(rounded(parts), [0.25, 0.25, 0.25, 0.25]);
  t.same(rounded(factors), [0.63, 1, 1, 1], '25 of 40 clients');
});

t.test('where all is as it should be, nobody is touched', async (t) => {
  const scene = { catchments: [ASIA, EUROPE, AMERICA], weights: [1, 1, 1, 1], limits: [0.4, 0.4, 0.4, 0.4] };
  t.same([...share(scene).factors], [1, 1, 1, 1]);
  t.same(rounded(share(scene).parts), [0.4, 0.2, 0.2, 0.2]);
});

t.test('what one gives away may bring another to its limit', async (t) => {
  const { parts } = share({
    catchments: [ASIA, EUROPE, AMERICA],
    weights: [1, 10, 1, 1],
    limits: [0.3, 0.3, 0.3, 0.3],
  });
  t.ok(parts.every((part) => part <= 0.3 + TOLERANCE));
});

t.test('one that is down counts with nothing, one that grows with its part', async (t) => {
  const scene = { catchments: [ASIA, EUROPE, AMERICA], weights: [1, 1, 1, 1], limits: [0.25, 1, 1, 1] };
  t.same(rounded(share({ ...scene, states: ['down', 'up', 'up', 'up'] }).factors), [1, 1, 1, 1]);
  t.same(rounded(share({ ...scene, growth: [5, 10, 10, 10] }).factors), [1, 1, 1, 1], 'half of 40 is 20');
  const lowered = share({ ...scene, own: [0.8, 1, 1, 1] });
  t.same(rounded(lowered.factors), [0.78, 1, 1, 1], 'on top of its own: 0.78 × 0.8 is 0.63');
  t.same(rounded(lowered.parts), [0.25, 0.25, 0.25, 0.25]);
});

t.test('too few mirrors: all have as much above their limits', async (t) => {
  const { parts } = share({
    catchments: [{ clients: 1, bands: [[0, 1, 2]] }],
    weights: [10, 1, 1],
    limits: [0.2, 0.2, 0.2],
  });
  t.same(rounded(parts), [0.33, 0.33, 0.33]);
  t.same(rounded(share({ catchments: [ASIA], weights: [5], limits: [0.2] }).parts), [1]);
});

t.test('and those whom rules keep from clients are no help to the others', async (t) => {
  const { parts } = share({
    catchments: [
      { clients: 99.9, bands: [[0, 1, 2]], barred: [3, 4] },
      { clients: 0.1, bands: [[3, 4]] },
    ],
    weights: [10, 1, 1, 1, 1],
    limits: [0.25, 0.25, 0.25, 0.25, 0.25],
  });
  t.same(rounded(parts), [0.33, 0.33, 0.33, 0, 0]);
});

t.test('clients of its own network a mirror has in any case, and no others beyond its limit', async (t) => {
  const { parts } = share({
    catchments: [{ clients: 30, bands: [[0]], first: 'network' }, EUROPE, { clients: 30, bands: [[0]] }],
    weights: [1, 1, 1, 1],
    limits: [0.2, 1, 1, 1],
  });
  t.equal(Math.round((parts[0] ?? 0) * 100), 30);
});

t.test('nobody asks, nobody is up', async (t) => {
  const nobody = { catchments: [{ clients: 1, bands: [[0, 1]] }], weights: [1, 1], limits: [0.1, 0.1] };
  t.same(share({ ...nobody, states: ['off', 'off'] }), {
    factors: Float64Array.of(1, 1),
    parts: Float64Array.of(0, 0),
  });
});

function numbers(random: Random, count: number, most: number): number[] {
  return Array.from({ length: count }, () => 1 + below(random, most));
}

function shuffled(random: Random, count: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [all[i], all[j]] = [all[j] ?? 0, all[i] ?? 0];
  }
  return all;
}

t.test(
  '300 pools: every limit that can be kept is kept, and nobody gives away more than he must',
  async (t) => {
    const random = seededRandom(15);
    let lowered = 0;
    for (let round = 0; round < 300; round++) {
      const members = 2 + below(random, 12);
      const answers = 1 + below(random, 3);
      const maxShare = [1, 1, 0.5][below(random, 3)] ?? 1;
      const catchments = numbers(random, 1 + below(random, 20), 100).map((clients) => {
        const order = shuffled(random, members);
        const first = 1 + below(random, members);
        const second = below(random, members - first + 1);
        return {
          clients,
          bands: [order.slice(0, first), order.slice(first, first + second)].filter((b) => b.length > 0),
        };
      });
      const states = numbers(random, members, 5).map((n): AddressState => (n === 1 ? 'down' : 'up'));
      const up = states.filter((state) => state === 'up').length;
      // With this, each could have the same; no more than its cap goes to anybody.
      const least = Math.max(1 / Math.max(1, up), 0.02);
      const limits = numbers(random, members, 100).map((n) => Math.min(1, least * (1.05 + n / 100)));
      const scene = { catchments, weights: numbers(random, members, 50), limits, answers, maxShare, states };
      const { factors, parts } = share(scene);
      const sum = parts.reduce((total, part) => total + part, 0);
      if (up > 0 && Math.abs(sum - 1) > 1e-6) t.fail(`pool ${round}: the parts are ${sum}`);
      for (const [member, part] of parts.entries()) {
        const limit = limits[member] ?? 1;
        const factor = factors[member] ?? 1;
        if (states[member] === 'down') continue;
        if (factor < 1) lowered++;
        const say = `pool ${round}, mirror ${member}: ${part} of ${limit} with ${factor}`;
        if (up > 0 && part > limit + 0.002) t.fail(`above its limit: ${say}`);
        if (factor < 1 && part < limit - 0.01) t.fail(`gives away too much: ${say}`);
      }
    }
    t.ok(lowered > 250, `${lowered} were lowered`);
  },
);
