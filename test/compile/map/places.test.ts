/** Squares of places: whoever is in one is near its middle and in its country. */
import t from 'tap';
import { createCatchmentFinder } from '../../../src/compile/map/catchments.js';
import { placesOf } from '../../../src/compile/map/places.js';
import type { GeographyPlan } from '../../../src/compile/pool-plan.js';
import { createLocationTable, locationAt } from '../../../src/geo/location-table.js';
import { below, seededRandom } from '../../../src/platform/random.js';
import { distanceKm, toVector } from '../../../src/select/distance.js';

/** No regions are told apart. */
const NOWHERE = [{}];

/** A table with so many locations close to each other, in two countries; and the poles, and the date line. */
function tableOf(count: number) {
  const builder = createLocationTable();
  builder.add({});
  builder.add({ country: 'DE' });
  for (const latitude of [-90, 90]) builder.add({ country: 'AQ', point: { latitude, longitude: 180 } });
  for (let i = 0; i < count; i++) {
    const point = { latitude: 40 + (i % 200) / 10, longitude: -100 + Math.floor(i / 200) / 10 };
    builder.add({ country: i % 2 === 0 ? 'US' : 'CA', point });
  }
  return builder.table();
}

t.test('few locations are looked at one by one', async (t) => {
  const { squares } = placesOf(tableOf(100), NOWHERE);
  t.equal(squares.radii.length, 0);
  t.ok(squares.of.every((square) => square === -1));
});

t.test('of many, each is within the radius of its square, and in its country', async (t) => {
  const table = tableOf(40_000);
  const { squares, clientAt } = placesOf(table, NOWHERE);
  let inSquares = 0;
  for (let i = 0; i < table.count; i++) {
    const square = squares.of[i] ?? -1;
    if (square === -1) continue;
    inSquares++;
    const middle = { ...squares.middleOf(square) };
    const from = middle.point && { ...middle.point };
    const { point, country } = clientAt(i);
    const radius = squares.radii[square] ?? 0;
    if (point === undefined || from === undefined) t.fail(`${i} has no point`);
    else if (distanceKm(point, from) > radius + 1e-6) t.fail(`${i} is beyond ${radius} km`);
    if (country !== middle.country) t.fail(`${i} is in ${country}`);
  }
  t.ok(inSquares > 15_000, `${inSquares} of ${table.count} are in squares`);
  t.ok(squares.radii.length < inSquares / 2);
  t.equal(squares.of[0], -1, 'nobody knows where it is');
  t.equal(squares.of[1], -1, 'nor where in its country');
});

t.test('a client at a location is there, each time', async (t) => {
  const table = tableOf(10);
  const { clientAt } = placesOf(table, NOWHERE);
  for (let i = 0; i < table.count; i++) {
    const { country, point } = locationAt(table, i);
    for (let again = 0; again < 2; again++) {
      const client = clientAt(i);
      t.same([client.country, client.networks], [country, []]);
      if (point === undefined) t.equal(client.point, undefined);
      else t.same(client.point, toVector(point));
    }
  }
});

t.test('regions that meet in a square are told apart', async (t) => {
  const random = seededRandom(4);
  const builder = createLocationTable();
  const regions = [{}, { subdivision: 'US-TX' }, { subdivision: 'US-CA', continent: 'NA' as const }];
  // More than are looked at one by one, and a dozen in each square.
  for (let i = 0; i < 40_000; i++) {
    const point = {
      latitude: 30 + below(random, 20_000) / 1000,
      longitude: -120 + below(random, 10_000) / 1000,
    };
    builder.add({ country: below(random, 9) === 0 ? 'MX' : 'US', point }, below(random, 3));
  }
  const places = placesOf(builder.table(), regions);
  t.ok(places.squares.radii.length > 1000);
  const candidate = (latitude: number, longitude: number, entries: number[]) => ({
    weight: 1,
    asn: [],
    networks: [],
    entries,
    point: toVector({ latitude, longitude }),
  });
  const plan: GeographyPlan = {
    candidates: [candidate(32, -119, [0, -1]), candidate(40, -115, [-1, 1]), candidate(49, -111, [1, 0])],
    networks: [],
    settings: {
      answers: 1,
      nearKm: 0,
      sameCountryFirst: false,
      order: {
        name: 'world',
        others: 'nearest',
        matches: [
          { by: 'subdivisions', key: 'US-TX', list: 0 },
          { by: 'countries', key: 'MX', list: 1 },
        ],
      },
    },
  };
  const finder = createCatchmentFinder(plan);
  const found = finder.findAll(places);
  for (let place = 0; place < found.length; place++) {
    if (found[place] !== finder.find(places.clientAt(place))) t.fail(`place ${place}`);
  }
  t.ok(new Set(found).size > 4, 'several catchments');
});
