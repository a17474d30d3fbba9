/** Mirrors are one site exactly where no client can tell them apart. */
import t from 'tap';
import type { Candidate } from '../../src/select/candidate.js';
import { toVector } from '../../src/select/distance.js';
import { groupSites } from '../../src/select/sites.js';

const berlin = toVector({ latitude: 52.5, longitude: 13.4 });
const base: Candidate = { weight: 1, point: berlin, country: 'DE', asn: [1], networks: [2] };

t.test('weight alone does not part', async (t) => {
  const sites = groupSites([base, { ...base, weight: 9 }, { ...base, point: { ...berlin } }]);
  t.equal(sites.count, 1);
  t.same([...sites.siteOf], [0, 0, 0]);
  t.same([...sites.sizes], [3]);
});

t.test('all else does', async (t) => {
  const others: Partial<Candidate>[] = [
    { point: toVector({ latitude: 52.5, longitude: 13.5 }) },
    { country: 'PL' },
    { asn: [] },
    { networks: [2, 3] },
    { onlyCountries: ['DE'] },
    { exceptCountries: ['DE'] },
    { onlyNetworks: [2] },
    { entries: [0, 2, -1] },
    { entries: [0, 1, 2] },
  ];
  const sites = groupSites([base, ...others.map((other) => ({ ...base, ...other }))]);
  t.equal(sites.count, others.length + 1);
});

t.test('an index for what clients ask for', async (t) => {
  const sites = groupSites([
    base,
    { weight: 1, asn: [1, 5, 5], networks: [] },
    { weight: 1, asn: [], networks: [2], country: 'DE', onlyNetworks: [2] },
  ]);
  t.same(sites.byAsn.get(1), [0, 1]);
  t.same(sites.byAsn.get(5), [1], 'once, though listed twice');
  t.same(sites.byNetwork.get(2), [0, 2]);
  t.same(sites.byCountry.get('DE'), [0, 2]);
  t.same(
    sites.guarded.map(({ site }) => site),
    [2],
  );
  t.equal(sites.places[3], Number.POSITIVE_INFINITY, 'an unknown place is infinitely far');
});

t.test('by list of an order, the entry of each site', async (t) => {
  const { lists, siteOf } = groupSites([
    { ...base, entries: [0, -1] },
    { ...base, entries: [1, 0] },
    { ...base, weight: 9, entries: [0, -1] },
  ]);
  t.same([...siteOf], [0, 1, 0]);
  t.same(
    lists.map((list) => [...list]),
    [
      [0, 1],
      [-1, 0],
    ],
  );
  t.same(groupSites([base]).lists, []);
});

t.test('no candidates, no sites', async (t) => {
  t.equal(groupSites([]).count, 0);
});
