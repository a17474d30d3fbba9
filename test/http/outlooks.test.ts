import t from 'tap';
import type { PoolFacts } from '../../src/http/messages.js';
import { createOutlooks } from '../../src/http/outlooks.js';
import { toVector } from '../../src/select/distance.js';
import { statusReport } from '../report/status-report.js';

/** A pool of two mirrors, the second down or not. */
function facts(state: 'up' | 'down'): PoolFacts {
  const places = [
    { latitude: 52, longitude: 13 },
    { latitude: 40, longitude: -90 },
  ];
  const mirrors = places.map((point, i) => ({ name: `m${i}`, place: { point } }));
  return {
    mirrors,
    families: [
      {
        family: 'ipv4',
        candidates: places.map((point) => ({ weight: 1, point: toVector(point), asn: [], networks: [] })),
        settings: { answers: 1, nearKm: 500, sameCountryFirst: false },
        question: {
          owner: 'dl.example.org',
          members: mirrors
            .map(({ name }) => ({ mirror: name, weight: 1, backup: false, addresses: [] }))
            .map((member, i) => ({
              ...member,
              addresses: [
                { text: `192.0.2.${i}`, family: 'ipv4' as const, bytes: Uint8Array.of(192, 0, 2, i) },
              ],
            })),
          answers: 1,
          maxShare: 1,
          panic: 'answer' as const,
          health: [
            { state: 'up', growth: 10 },
            { state, growth: 10 },
          ],
          epoch: 1,
        },
      },
    ],
  };
}

const POOL = {
  zone: 'dl.example.org',
  name: 'dl.example.org',
  family: 'ipv4' as const,
  answers: 0,
  refused: 0,
  catchments: [],
  addresses: [],
};

t.test('an outlook is kept for as long as nothing changed, and follows a verdict', async (t) => {
  let state: 'up' | 'down' = 'up';
  const outlooks = createOutlooks({ pool: async () => facts(state) }, () => 0);
  const first = await outlooks.of('dl.example.org', 'dl.example.org');
  t.ok((first?.families[0]?.shares[1] ?? 0) > 0.1);
  const again = await outlooks.of('dl.example.org', 'dl.example.org');
  t.equal(again?.families[0], first?.families[0], 'the very same');
  state = 'down';
  const next = await outlooks.of('dl.example.org', 'dl.example.org');
  t.equal(next?.families[0]?.shares[1], 0);
  t.equal(next?.families[0]?.leaders.get('US'), 0);
});

t.test('those of all pools are looked at once a minute, and nobody waits for it', async (t) => {
  let [now, asked] = [0, 0];
  const { counters } = statusReport({});
  const status = statusReport({ counters: { ...counters, pools: [POOL, { ...POOL, family: 'ipv6' }] } });
  const outlooks = createOutlooks(
    {
      async pool() {
        asked++;
        return facts('up');
      },
    },
    () => now,
  );
  t.same(outlooks.shares(status), [], 'not yet');
  while (outlooks.shares(status).length === 0) await new Promise((resolve) => setImmediate(resolve));
  t.match(outlooks.shares(status), [
    { zone: 'dl.example.org', pool: 'dl.example.org', family: 'ipv4', mirror: 'm0' },
    { mirror: 'm1' },
  ]);
  t.equal(asked, 1, 'once for both families');
  now = 60_000;
  outlooks.shares(statusReport({}));
  t.same(outlooks.shares(statusReport({})), []);
  t.same(outlooks.shares(status), [], 'what is gone is forgotten');
});

t.test('a pool that is not there, and one that can not be asked for', async (t) => {
  t.equal(await createOutlooks({ pool: async () => undefined }, () => 0).of('a', 'b'), undefined);
  const failing = createOutlooks(
    {
      pool: async () => {
        throw new Error('no');
      },
    },
    () => 0,
  );
  const { counters } = statusReport({});
  t.same(failing.shares(statusReport({ counters: { ...counters, pools: [POOL] } })), []);
});
