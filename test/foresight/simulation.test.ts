/** What is forecast, against what the engine answers to a million clients who are drawn by the same weights. */
import t, { type Test } from 'tap';
import { respond } from '../../src/answer/respond.js';
import { newResponder, setPeer } from '../../src/answer/responder.js';
import { clientsOf, weighBy } from '../../src/foresight/clients.js';
import type { ClientGroup } from '../../src/foresight/forecast.js';
import { simulate } from '../../src/foresight/simulation.js';
import { readLocationTree } from '../../src/geo/place-trees.js';
import { below, seededRandom } from '../../src/platform/random.js';
import type { AddressState } from '../../src/select/health-view.js';
import { makeTable } from '../compile/make-table.js';
import { query } from '../dns-message.js';

const MIRRORS = {
  berlin: 'location: { country: DE }, weight: 10',
  munich: 'location: { country: DE, latitude: 48.1, longitude: 11.6 }, weight: 3',
  lyon: 'location: { country: FR }, weight: 20, except_countries: [DE]',
  chicago: 'location: { country: US, latitude: 41.9, longitude: -87.6 }, weight: 10',
  toronto: 'location: { country: CA }, weight: 1, networks: [21.128.0.0/10]',
  tokyo: 'location: { country: JP }, weight: 5',
  auckland: 'location: { country: NZ }, weight: 7, only_countries: [AU, NZ]',
};
const NAMES = Object.keys(MIRRORS);
const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 2, max_share: 0.3 } }
mirrors:
${Object.values(MIRRORS)
  .map((keys, i) => `  ${NAMES[i]}: { addresses: [192.0.2.${i + 1}], ${keys} }`)
  .join('\n')}
`;
const LOCATIONS = {
  '20.0.0.0/8': { country_code: 'DE', latitude: 50.1, longitude: 8.7 },
  '20.64.0.0/10': { country_code: 'FR', latitude: 45.8, longitude: 4.8 },
  '21.0.0.0/8': { country_code: 'US', latitude: 40.7, longitude: -74 },
  '21.128.0.0/9': { country_code: 'CA', latitude: 45.5, longitude: -73.6 },
  '22.0.0.0/8': { country_code: 'JP', latitude: 34.7, longitude: 135.5 },
  '23.0.0.0/8': { country_code: 'NZ', latitude: -36.8, longitude: 174.8 },
};
const CLIENTS = 1_000_000;
/** What is drawn differs from what is expected by 0.05 points in one of three cases. */
const POINTS = 0.3 / 100;

interface Case {
  readonly down?: readonly string[];
  /** They want a quarter of their weight and cap. */
  readonly lowered?: readonly string[];
  /** The four /8s that clients come from, as often as they stand here. */
  readonly from: readonly number[];
  /** Weights of countries that say the same; absent: their addresses do. */
  readonly weights?: ReadonlyMap<string, number>;
}

async function compare(t: Test, { down = [], lowered = [], from, weights }: Case): Promise<void> {
  const states = NAMES.map((name): AddressState => (down.includes(name) ? 'down' : 'up'));
  const stated = Object.fromEntries(states.map((state, i) => [`192.0.2.${i + 1}`, state]));
  const made = makeTable([ZONE], { locations: LOCATIONS, state: stated });
  const { zones, plans, geographies, scans, table, placeOf } = made;
  const factors = NAMES.map((name) => (lowered.includes(name) ? 0.25 : 1));
  made.stand(0, { state: states, factors });
  const world = {
    zones: zones.map((zone) => ({ zone, text: '', file: zone.file })),
    places: zones.map(({ mirrors }) => mirrors.map(placeOf)),
    pools: plans,
  };
  const locations = readLocationTree(scans.locations);
  const byWeight = (clients: ClientGroup[]): ClientGroup[] =>
    weights === undefined ? clients : weighBy(clients, ({ country }) => country, weights);
  const [simulated] = simulate({ world, geographies }, [0], {
    availability: () => ({ panic: false, states, factors }),
    clients: (_plan, geography) => byWeight(clientsOf(geography, locations)),
    withoutLimit: false,
    now: 0,
  });
  const responder = newResponder(table, seededRandom(7));
  const random = seededRandom(8);
  const message = query({ name: 'dl.example.org' });
  const octets = new Uint8Array(512);
  const view = new DataView(octets.buffer);
  const counts = NAMES.map(() => 0);
  for (let i = 0; i < CLIENTS; i++) {
    octets.set(message);
    setPeer(
      responder,
      Uint8Array.of(from[i % from.length] ?? 0, below(random, 256), below(random, 256), 1),
      0,
      false,
    );
    const length = respond(view, 0, message.length, false, responder);
    // Behind the question each record has a pointer to its name, type, class, TTL and length, and ends with its address.
    const answers = (length - message.length) / 16;
    for (let end = message.length + 16; end <= length; end += 16) {
      const mirror = (octets[end - 1] ?? 0) - 1;
      counts[mirror] = (counts[mirror] ?? 0) + 1 / answers;
    }
  }
  const { shares = [], unanswered } = simulated?.forecast.world ?? {};
  t.equal(unanswered, 0);
  for (const [i, name] of NAMES.entries()) {
    const [forecast = Number.NaN, counted = Number.NaN] = [shares[i], (counts[i] ?? 0) / CLIENTS];
    t.ok(Math.abs(forecast - counted) < POINTS, `${name}: ${forecast} was forecast, ${counted} counted`);
  }
}

t.test('by addresses', (t) => compare(t, { from: [20, 21, 22, 23] }));
t.test('with a mirror down', (t) => compare(t, { from: [20, 21, 22, 23], down: ['berlin'] }));
t.test('with one that lowered itself', (t) => compare(t, { from: [20, 21, 22, 23], lowered: ['lyon'] }));
t.test('by countries that weigh otherwise', (t) =>
  compare(t, {
    from: [20, 20, 20, 21, 22, 23],
    weights: new Map([
      ['DE', 2.25],
      ['FR', 0.75],
      ['US', 0.5],
      ['CA', 0.5],
      ['JP', 1],
      ['NZ', 1],
    ]),
  }),
);
