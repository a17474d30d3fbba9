/** Bands, case by case. */
import t from 'tap';
import { type Band, bandKey, type Tier } from '../../src/select/band-list.js';
import { type BandSettings, formBands } from '../../src/select/bands.js';
import type { Candidate, Client } from '../../src/select/candidate.js';
import { EARTH_RADIUS_KM, toVector } from '../../src/select/distance.js';

const DEGREE = (Math.PI * EARTH_RADIUS_KM) / 180;
const defaults: BandSettings = { answers: 3, nearKm: 500, sameCountryFirst: false };

function at(latitude: number, longitude: number, more: Partial<Candidate> = {}): Candidate {
  return { weight: 1, asn: [], networks: [], point: toVector({ latitude, longitude }), ...more };
}
/** A mirror so many km east of the origin. */
function east(km: number, more: Partial<Candidate> = {}): Candidate {
  return at(0, km / DEGREE, more);
}
function unplaced(more: Partial<Candidate> = {}): Candidate {
  return { weight: 1, asn: [], networks: [], ...more };
}
const origin: Client = { point: toVector({ latitude: 0, longitude: 0 }), networks: [] };

function form(
  candidates: readonly Candidate[],
  client: Client,
  settings: Partial<BandSettings> = {},
): Band[] {
  return formBands(candidates, client, { ...defaults, ...settings });
}
/** `near 0,1 | far 2`. */
function show(bands: readonly Band[]): string {
  return bands.map(({ tier, members }) => `${tier} ${members.join()}`).join(' | ');
}

t.test('outward by distance', async (t) => {
  t.equal(show(form([], origin)), '');
  t.equal(show(form([east(100)], origin)), 'near 0');
  t.equal(show(form([east(3000), east(100), east(590), east(610)], origin)), 'near 1,2 | far 3 | far 0');
  t.equal(
    show(form([east(2000), east(2990), east(3010)], origin)),
    'near 0,1 | far 2',
    '1.5 × d where that is more',
  );
  t.equal(
    show(form([east(2000), east(3000)], origin)),
    'near 0,1',
    'no farther than, so exactly 1.5 × d is in',
  );
  t.equal(show(form([east(0), east(500)], origin)), 'near 0,1', 'so is exactly near_km');
});

t.test('near_km 0: only those exactly as near', async (t) => {
  const strict = { nearKm: 0 };
  t.equal(show(form([east(100), east(101), at(0, -100 / DEGREE)], origin, strict)), 'near 0,2 | far 1');
  t.equal(
    show(form([east(5000), east(5000.0005), east(5000.002)], origin, strict)),
    'near 0,1 | far 2',
    'to a metre',
  );
  t.equal(show(form([east(0), east(0), east(0.01)], origin, strict)), 'near 0,1 | far 2');
});

t.test('near_km 20000: no geography', async (t) => {
  const candidates = [at(0, 0), at(0, 180), at(90, 0), at(-90, 0), unplaced()];
  for (const [latitude, longitude] of [
    [0, 0],
    [0, 180],
    [-45, 77],
  ] as const) {
    const client = { point: toVector({ latitude, longitude }), networks: [] };
    t.equal(show(form(candidates, client, { nearKm: 20_000 })), 'near 0,1,2,3,4');
  }
  t.equal(
    show(form([at(0, 0), at(0, 180, { asn: [7] })], { ...origin, asn: 7 }, { nearKm: 20_000 })),
    'asn 1 | near 0',
    'an AS still comes first',
  );
});

t.test('antimeridian and poles', async (t) => {
  const fiji = { point: toVector({ latitude: -17, longitude: 179.5 }), networks: [] };
  t.equal(show(form([at(-17, -179.5), at(-17, 170), at(-17, 0)], fiji)), 'near 0 | far 1 | far 2');
  const pole = { point: toVector({ latitude: 90, longitude: 0 }), networks: [] };
  t.equal(
    show(form([at(80, 10), at(80, -170), at(80, 100), at(70, 0)], pole, { nearKm: 0 })),
    'near 0,1,2 | far 3',
    'a circle of latitude is equally far from the pole',
  );
  t.equal(show(form([at(90, 123), at(90, -60), at(89, 0)], pole, { nearKm: 0 })), 'near 0,1 | far 2');
});

t.test('the list ends with the band that brings it to 2 × answers', async (t) => {
  const row = [100, 1000, 2000, 4000, 7000, 11_000, 17_000].map((km) => east(km));
  const strict = { nearKm: 0 };
  t.equal(show(form(row, origin, { ...strict, answers: 1 })), 'near 0 | far 1 | far 2,3,4,5,6');
  t.equal(show(form(row, origin, { ...strict, answers: 2 })), 'near 0 | far 1 | far 2 | far 3 | far 4,5,6');
  t.equal(
    show(form(row.slice(0, 4), origin, { ...strict, answers: 2 })),
    'near 0 | far 1 | far 2 | far 3',
    'nothing is left',
  );
  const crowd = [...Array.from({ length: 9 }, () => east(10)), east(5000), east(9000), unplaced()];
  t.equal(
    show(form(crowd, origin, { answers: 2 })),
    'near 0,1,2,3,4,5,6,7,8 | far 9,10,11',
    'one place with many mirrors',
  );
  const nearCrowd = [...Array.from({ length: 9 }, (_, i) => east(10 * i)), east(5000), east(9000)];
  t.equal(
    show(form(nearCrowd, origin, { answers: 2 })),
    'near 0,1,2,3,4,5,6,7,8 | far 9,10',
    'many places in one band',
  );
});

t.test('a mirror whose place is unknown', async (t) => {
  t.equal(
    show(form([unplaced(), east(100), east(5000)], origin)),
    'near 1 | far 2 | far 0',
    'is behind all others',
  );
  t.equal(
    show(form([unplaced(), east(19_000)], origin)),
    'near 1 | far 0',
    'even where a band spans the earth',
  );
  t.equal(
    show(form([unplaced(), east(1), east(900)], origin, { answers: 1, nearKm: 0 })),
    'near 1 | far 2 | far 0',
  );
  t.equal(
    show(form([unplaced(), east(1), east(900), east(2000)], origin, { answers: 1, nearKm: 0 })),
    'near 1 | far 2 | far 0,3',
    'in the one last band',
  );
  t.equal(
    show(form([unplaced(), unplaced()], origin, { nearKm: 0 })),
    'near 0,1',
    'with none else, the first and last',
  );
});

t.test('a client whose place is unknown', async (t) => {
  const lost: Client = { networks: [] };
  const candidates = [
    east(100),
    unplaced(),
    at(0, 180, { asn: [7] }),
    east(5, { onlyCountries: ['DE'] }),
    at(-90, 0, { exceptCountries: ['DE'] }),
    east(3, { networks: [1] }),
  ];
  t.equal(show(form(candidates, lost)), 'near 0,1,2,4,5', 'one band of all');
  t.equal(show(form(candidates, lost, { nearKm: 0 })), 'near 0,1,2,4,5');
  t.equal(show(form(candidates, { networks: [], asn: 7 })), 'asn 2 | near 0,1,4,5', 'its AS still counts');
  t.equal(show(form(candidates, { networks: [1] })), 'network 5 | near 0,1,2,4', 'and so do networks');
  t.equal(
    show(
      form(
        [east(1), east(9, { country: 'FR' })],
        { networks: [], country: 'FR' },
        { sameCountryFirst: true },
      ),
    ),
    'country 1 | near 0',
    'and a country without a point',
  );
});

t.test('networks', async (t) => {
  const candidates = [
    east(10),
    east(9000, { networks: [4] }),
    east(20, { networks: [2, 3] }),
    at(0, 180, { networks: [3], asn: [7] }),
  ];
  const client = { ...origin, networks: [3, 4], asn: 7 };
  t.equal(show(form(candidates, client)), 'network 1,2,3 | near 0', 'all mirrors that list one are one band');
  t.equal(show(form(candidates, { ...client, networks: [1, 5] })), 'asn 3 | near 0,2 | far 1');
  const closed = [east(1), east(2, { networks: [3], onlyCountries: ['DE'] })];
  t.equal(
    show(form(closed, { ...client, country: 'US' })),
    'near 0',
    'the country rule of a mirror still holds',
  );
  const secret = [east(1), east(9000, { onlyNetworks: [3] })];
  t.equal(show(form(secret, client)), 'near 0 | far 1', 'a private mirror is not preferred for that');
  t.equal(show(form(secret, origin)), 'near 0');
});

t.test('the AS, then the country, then all others', async (t) => {
  const candidates = [
    east(10),
    east(8000, { asn: [7] }),
    east(300, { asn: [7, 8] }),
    east(6000, { country: 'DE' }),
    east(200, { country: 'DE' }),
    east(4000),
    unplaced({ asn: [7] }),
  ];
  const client = { ...origin, asn: 7, country: 'DE' };
  t.equal(show(form(candidates, client, { answers: 8 })), 'asn 2 | asn 1 | asn 6 | near 0,4 | far 3,5');
  t.equal(
    show(form(candidates, client, { answers: 8, sameCountryFirst: true })),
    'asn 2 | asn 1 | asn 6 | country 4 | country 3 | near 0 | far 5',
  );
  t.equal(
    show(form(candidates, { ...client, asn: 8, country: 'FR' }, { answers: 8, sameCountryFirst: true })),
    'asn 2 | near 0,4 | far 3,5 | far 1 | far 6',
  );
  t.equal(
    show(form(candidates, client, { answers: 2, sameCountryFirst: true })),
    'asn 2 | asn 1 | asn 6 | country 4 | far 0,3,5',
    'all bands count towards 2 × answers',
  );
  t.equal(
    show(form(candidates, client, { answers: 1, sameCountryFirst: true })),
    'asn 2 | asn 1 | far 0,3,4,5,6',
    'what is left is one band, whatever its kin',
  );
  t.equal(
    show(form(candidates.slice(1, 3).concat(unplaced({ asn: [7] })), client, { answers: 1 })),
    'asn 1 | asn 0 | asn 2',
    'and has a name where it is of one kin',
  );
  const german = [10, 900, 4000].map((km) => east(km, { country: 'DE' }));
  t.equal(
    show(form(german, client, { answers: 1, nearKm: 0, sameCountryFirst: true })),
    'country 0 | country 1 | country 2',
  );
});

t.test('a key names members, order and exclusivity', async (t) => {
  const key = (...bands: [Tier, number[]][]) => bandKey(bands.map(([tier, members]) => ({ tier, members })));
  t.equal(
    key(['near', [1, 2]], ['far', [3]]),
    key(['asn', [1, 2]], ['near', [3]]),
    'a tier changes no answer',
  );
  t.not(key(['near', [1, 2]]), key(['network', [1, 2]]), 'unless it is the network');
  t.not(key(['near', [1]], ['far', [2]]), key(['near', [1, 2]]));
  t.not(key(['near', [1]], ['far', [2]]), key(['near', [2]], ['far', [1]]));
  t.not(key(['near', [1, 2]]), key(['near', [12]]));
});
