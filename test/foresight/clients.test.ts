import t from 'tap';
import { clientsOf, weighBy } from '../../src/foresight/clients.js';
import { readLocationTree } from '../../src/geo/place-trees.js';
import { toVector } from '../../src/select/distance.js';
import { makeTable } from '../compile/make-table.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1, near_km: 0 } }
mirrors:
  berlin: { addresses: [192.0.2.1], location: { country: DE } }
  tokyo: { addresses: [192.0.2.2], location: { country: JP }, networks: [20.1.0.0/16] }
`;

t.test('the clients of each place are those whose address has a country', async (t) => {
  const { geographies, scans } = makeTable([ZONE], {
    locations: {
      '20.0.0.0/8': { country_code: 'DE', latitude: 50, longitude: 8 },
      '21.0.0.0/8': { latitude: 1, longitude: 2 },
      '192.168.0.0/16': 'DE',
      '2a00::/12': 'FR',
    },
  });
  const [geography] = geographies;
  if (geography === undefined) throw new Error('there is a pool');
  const clients = clientsOf(geography, readLocationTree(scans.locations));
  const point = toVector({ latitude: 50, longitude: 8 });
  t.same(
    clients.map(({ catchment: _, ...client }) => client).sort((a, b) => a.weight - b.weight),
    [
      { country: 'DE', weight: 2 ** 16, point },
      { country: 'DE', weight: 2 ** 24 - 2 ** 16, point },
    ],
  );
  t.equal(new Set(clients.map(({ catchment }) => catchment)).size, 2, "a mirror's network is told apart");
});

t.test('other weights are shared out as addresses are', async (t) => {
  const clients = [
    { catchment: 0, country: 'DE', weight: 3 },
    { catchment: 1, country: 'DE', weight: 1 },
    { catchment: 1, country: 'FR', weight: 5 },
    { catchment: 0, country: 'JP', weight: 7 },
  ];
  const weights = new Map([
    ['DE', 100],
    ['FR', 1],
    ['US', 9],
  ]);
  t.same(
    weighBy(clients, ({ country }) => country, weights),
    [
      { catchment: 0, country: 'DE', weight: 75 },
      { catchment: 1, country: 'DE', weight: 25 },
      { catchment: 1, country: 'FR', weight: 1 },
    ],
  );
});
