/** From a pool and a client to shares, with mirrors going down on the way. */
import fc from 'fast-check';
import t from 'tap';
import { bandKey } from '../../src/select/band-list.js';
import { createBandFormer } from '../../src/select/bands.js';
import type { Candidate } from '../../src/select/candidate.js';
import { toVector } from '../../src/select/distance.js';
import type { AddressState } from '../../src/select/health-view.js';
import { selectFrom } from '../answer/pools.js';

const mirror = fc.record({
  latitude: fc.integer({ min: -90, max: 90 }),
  longitude: fc.integer({ min: -180, max: 180 }),
  weight: fc.integer({ min: 1, max: 100 }),
  networks: fc.constantFrom<number[][]>([], [], [], [1]),
  state: fc.constantFrom<AddressState>('up', 'up', 'down', 'new', 'off'),
});

t.test('health takes mirrors out of bands, and never forms them', async (t) => {
  fc.assert(
    fc.property(
      fc.array(mirror, { minLength: 1, maxLength: 20 }),
      fc.constantFrom<number[][]>([], [1]),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(0.2, 0.5, 1),
      (mirrors, networks, answers, maxShare) => {
        const candidates = mirrors.map(({ weight, networks, ...place }): Candidate => {
          return { weight, networks, asn: [], point: toVector(place) };
        });
        const former = createBandFormer(candidates, { answers, nearKm: 500, sameCountryFirst: false });
        const client = { point: toVector({ latitude: 50, longitude: 8 }), networks };
        const bands = former.bands(client);
        const before = bandKey(bands);
        const state = mirrors.map((each) => each.state);
        const weights = mirrors.map(({ weight }) => weight);
        const { n, cap, panic, probability } = selectFrom({
          bands,
          state,
          weights,
          answers,
          maxShare,
        });
        if (bandKey(bands) !== before || former.key(client) !== former.key({ ...client })) return false;

        const level = (['up', 'down', 'new'] as const).find((each) => state.includes(each));
        if (panic !== (level === 'down' || level === 'new')) return false;
        const usable = mirrors.flatMap((each, i) => (each.state === level ? [i] : []));
        const own = usable.filter((i) => networks.some((id) => candidates[i]?.networks.includes(id)));
        const eligible = own.length > 0 ? own : usable;
        if (n !== Math.min(answers, eligible.length)) return false;
        if (Math.abs(probability.reduce((sum, p) => sum + p, 0) - n) > 1e-9) return false;
        return probability.every((p, i) => p <= cap + 2 ** -28 && (p === 0 || eligible.includes(i)));
      },
    ),
    { seed: 5, numRuns: 3000 },
  );
  t.pass('3000 pools');
});

t.test('a mirror that goes down leaves its share to its band, then to the next', async (t) => {
  const bands = [
    { tier: 'near', members: [0, 1] },
    { tier: 'far', members: [2, 3] },
  ] as const;
  const question = { bands, weights: [3, 1, 1, 1], answers: 1, maxShare: 1 };
  const shares = (...state: AddressState[]) => [...selectFrom({ ...question, state }).probability];
  t.same(shares('up', 'up', 'up', 'up'), [0.75, 0.25, 0, 0]);
  t.same(shares('down', 'up', 'up', 'up'), [0, 1, 0, 0]);
  t.same(shares('down', 'down', 'up', 'up'), [0, 0, 0.5, 0.5]);
  t.same(shares('down', 'down', 'off', 'down'), [0.75, 0.25, 0, 0], 'all down: as if all were up');
});

t.test('the network band steps aside when all of it is down', async (t) => {
  const bands = [
    { tier: 'network', members: [0] },
    { tier: 'near', members: [1, 2] },
  ] as const;
  const question = { bands, weights: [1, 1, 1], answers: 2, maxShare: 0.5 };
  t.same([...selectFrom({ ...question, state: ['up', 'up', 'up'] }).probability], [1, 0, 0]);
  t.same([...selectFrom({ ...question, state: ['down', 'up', 'up'] }).probability], [0, 1, 1]);
});
