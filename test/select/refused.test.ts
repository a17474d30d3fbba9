/** Who is refused, and that they have no band, whatever else is known of them. */
import t from 'tap';
import type { Candidate, Client } from '../../src/select/candidate.js';
import { toVector } from '../../src/select/distance.js';
import { createClientFormer, refusedBy } from '../../src/select/refused.js';

const refused = { countries: ['CH'], asn: [64_500], networks: [3] };
const somebody: Client = { country: 'DE', asn: 64_501, networks: [1, 2] };

t.test('by country, AS or network; of whom nothing is known is in no list', async (t) => {
  t.same(refusedBy(refused, { ...somebody, country: 'CH' }), { list: 'countries', item: 'CH' });
  t.same(refusedBy(refused, { ...somebody, asn: 64_500 }), { list: 'asn', item: 64_500 });
  t.same(refusedBy(refused, { ...somebody, networks: [1, 3] }), { list: 'networks', item: 3 });
  t.equal(refusedBy(refused, somebody), undefined);
  t.equal(refusedBy(refused, { networks: [] }), undefined);
});

t.test('they have one list without bands, wherever they are', async (t) => {
  const candidate: Candidate = {
    weight: 1,
    asn: [],
    networks: [],
    point: toVector({ latitude: 1, longitude: 1 }),
  };
  const settings = { answers: 1, nearKm: 500, sameCountryFirst: false };
  const former = createClientFormer({ candidates: [candidate, candidate], settings, refused });
  const swiss = { country: 'CH', networks: [] };
  t.match(former.list(swiss), { isRefused: true, tiers: [], rest: undefined });
  t.equal(former.slack(), Infinity);
  t.same(former.bands(swiss), []);
  t.equal(former.key(swiss), former.key({ ...swiss, asn: 64_500 }));
  t.not(former.key(swiss), former.key(somebody));
  t.equal(former.list(somebody).isRefused, undefined);
  t.equal(former.bands(somebody).length, 1);
});
