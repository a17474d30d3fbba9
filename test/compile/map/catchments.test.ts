/** Numbering catchments as they come up. */
import t from 'tap';
import { catchmentCount } from '../../../src/answer/catchments.js';
import { createCatchmentFinder } from '../../../src/compile/map/catchments.js';
import type { Client } from '../../../src/select/candidate.js';
import { toVector } from '../../../src/select/distance.js';
import { bandsOfCatchment } from './bands-of.js';

const at = (latitude: number, longitude: number, more: Partial<Client> = {}): Client => ({
  point: toVector({ latitude, longitude }),
  networks: [],
  ...more,
});

t.test('equal bands are one catchment, whatever led to them', async (t) => {
  const finder = createCatchmentFinder({
    candidates: [
      { weight: 1, point: toVector({ latitude: 50, longitude: 10 }), asn: [64_500], networks: [] },
      { weight: 1, point: toVector({ latitude: 40, longitude: -90 }), asn: [], networks: [3] },
    ],
    networks: [],
    settings: { answers: 1, nearKm: 0, sameCountryFirst: false },
  });
  t.equal(finder.find({ networks: [] }), 0);
  t.equal(finder.find(at(51, 11)), 1);
  t.equal(finder.find(at(49, 9, { country: 'DE' })), 1);
  t.equal(finder.find(at(41, -91)), 2);
  t.equal(finder.find(at(51, 11, { asn: 99 })), 1, 'an AS that nobody names is none');
  t.equal(finder.find(at(41, -91, { asn: 64_500 })), 1, 'the bands of Europe, though by their AS');
  t.equal(finder.find(at(51, 11, { networks: [3] })), 3);
  t.equal(finder.find(at(51, 11, { networks: [4] })), 1);
  const catchments = finder.all();
  t.equal(catchmentCount(catchments), 4);
  t.same(
    [0, 1, 2, 3].map((number) => bandsOfCatchment(catchments, number).map(({ members }) => [...members])),
    [[[0, 1]], [[0], [1]], [[1], [0]], [[1], [0]]],
  );
  t.equal(bandsOfCatchment(catchments, 3)[0]?.tier, 'network');
});
