import t from 'tap';
import type { Forecast } from '../../src/foresight/forecast.js';
import { reportSimulation } from '../../src/foresight/report.js';

const forecast = (weight: number, shares: readonly number[]): Forecast => ({
  weight,
  shares,
  unanswered: 0,
  km: { mean: 12.4, p95: 40 },
});
const POOL = {
  zone: 'example.org',
  owner: 'dl.example.org',
  family: 'ipv6',
  mirrors: ['aurora', 'boreas', 'cascade'],
  forecast: {
    world: forecast(1, [0.25, 0.5, 0.25]),
    continents: new Map([['EU', forecast(1, [0.25, 0.5, 0.25])]]),
    countries: new Map([
      ['FR', forecast(0.3, [0.1, 0.9, 0])],
      ['DE', forecast(0.696, [0.6, 0.4, 0])],
      ['MC', forecast(0.004, [0, 0, 1])],
    ]),
  },
} as const;

t.test('regions and mirrors are named, the largest first', async (t) => {
  const [pool] = reportSimulation([POOL]).pools;
  t.match(pool, { zone: 'example.org', pool: 'dl.example.org', type: 'AAAA', above: [] });
  t.same(Object.keys(pool?.countries ?? {}), ['DE', 'FR', 'MC']);
  t.same(Object.entries(pool?.world.shares ?? {}), [
    ['boreas', 0.5],
    ['aurora', 0.25],
    ['cascade', 0.25],
  ]);
  t.same(pool?.countries.FR, {
    clients: 0.3,
    unanswered: 0,
    mean_km: 12,
    p95_km: 40,
    shares: { boreas: 0.9, aurora: 0.1 },
  });
  t.equal(pool?.equal_mirrors, 1 / (0.25 + 2 * 0.0625));
});

t.test('who has more than somebody should is named where clients are', async (t) => {
  const [pool] = reportSimulation([POOL], 0.5).pools;
  t.same(pool?.above, [
    { mirror: 'boreas', country: 'FR', share: 0.9 },
    { mirror: 'aurora', country: 'DE', share: 0.6 },
  ]);
});
