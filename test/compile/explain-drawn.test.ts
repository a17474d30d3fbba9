/**
 * What explains is what is drawn: each address is in each place of the answers as often as its explained probability says.
 * Asked through `respond`, as a client would.
 */
import t from 'tap';
import { respond } from '../../src/answer/respond.js';
import { newResponder, type Responder, setPeer } from '../../src/answer/responder.js';
import { type Address, parseAddress } from '../../src/ip/address.js';
import { seededRandom } from '../../src/platform/random.js';
import { FAMILIES } from '../../src/platform/types.js';
import type { AddressState } from '../../src/select/health-view.js';
import { query } from '../dns-message.js';
import { makeTable } from './make-table.js';

/** As many as a walk takes from one random start. */
const ANSWERS = 1024;

const zone = (pool: string): string => `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": ${pool} }
mirrors:
  a: { addresses: [192.0.2.1, "2001:db8::1"], weight: 10, location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  b: { addresses: [192.0.2.2, "2001:db8::2"], weight: 7, location: { country: NL, latitude: 52.4, longitude: 4.9 } }
  c: { addresses: [192.0.2.3, 192.0.2.33, "2001:db8::3"], weight: 3, location: { country: US, latitude: 41.9, longitude: -87.6 }, networks: [14.1.0.0/16] }
  d: { addresses: [192.0.2.4, "2001:db8::4", "2001:db8::44", "2001:db8::45"], location: { country: JP, latitude: 35.7, longitude: 139.7 }, asn: [64500] }
  e: { addresses: [192.0.2.5], weight: 20, location: { country: BR, latitude: -23.5, longitude: -46.6 }, except_countries: [JP] }
  f: { addresses: [192.0.2.6, "2001:db8::6"], weight: 5 }
  g: { addresses: [192.0.2.7, "2001:db8::7"], weight: 8, location: { country: ZA, latitude: -26.2, longitude: 28 } }
orders:
  world:
    default: [e, [b, f], a]
    continents: { AF: [g] }
    countries: { JP: [a, e, b, c] }
    subdivisions: { DE-HE: [[a, b, f]] }
    asn: { 64500: [f, d] }
    networks: { 14.2.0.0/16: [c, "*"] }
`;
const POOLS = [
  '{ answers: 1 }',
  '{ answers: 3 }',
  '{ answers: 3, max_share: 0.2 }',
  '{ answers: 2, max_share: 0.3, near_km: 0 }',
  '{ answers: 4, near_km: 20000 }',
  '{ answers: 8 }',
  '{ answers: 2, max_share: 0.15, same_country_first: true }',
  '{ answers: 2, near_km: 0, choose: [country, continent, mirror] }',
  '{ answers: 2, order: world }',
  '{ answers: 3, max_share: 0.25, order: world, others: never }',
];
const LOCATIONS = {
  '11.0.0.0/8': { country_code: 'DE', latitude: 50.1, longitude: 8.7, region_code: 'HE' },
  '12.0.0.0/8': { country_code: 'JP', latitude: 34.7, longitude: 135.5 },
  '14.0.0.0/8': { country_code: 'US', latitude: 37.8, longitude: -122.4 },
  '2a00::/16': { country_code: 'ZA', latitude: -33.9, longitude: 18.4 },
};
const ASNS = { '12.3.0.0/16': 64_500 };
const CLIENTS = [
  '11.1.1.1',
  '12.1.1.1',
  '12.3.1.1',
  '14.1.1.1',
  '14.2.1.1',
  '2a00::1',
  '99.9.9.9',
  '::ffff:11.1.1.1',
];
const HEALTH: Record<string, AddressState>[] = [
  {},
  {
    '192.0.2.1': 'down',
    '2001:db8::1': 'down',
    '192.0.2.33': 'down',
    '2001:db8::45': 'off',
    '192.0.2.5': 'new',
  },
];

/** Asks many times: how often each address, as its octets in hex, was in each place of the answers. */
function askOften(responder: Responder, message: Uint8Array, from: Address): Map<string, number[]> {
  const packet = Buffer.alloc(1232);
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const counts = new Map<string, number[]>();
  setPeer(responder, from.bytes, 0, from.family === 'ipv6');
  for (let i = 0; i < ANSWERS; i++) {
    packet.set(message);
    const length = respond(view, 0, message.length, false, responder);
    const count = packet.readUInt16BE(6);
    // Nothing but the pool's records is behind the question; each ends in its address.
    const size = (length - message.length) / Math.max(1, count);
    for (let place = 0; place < count; place++) {
      const end = message.length + (place + 1) * size;
      const address = packet.toString('hex', end - (size - 12), end);
      const places = counts.get(address) ?? new Array<number>(count).fill(0);
      places[place] = (places[place] ?? 0) + 1;
      counts.set(address, places);
    }
  }
  return counts;
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address;
}

for (const pool of POOLS) {
  t.test(pool, async (t) => {
    for (const state of HEALTH) {
      const made = makeTable([zone(pool)], { locations: LOCATIONS, asns: ASNS, state });
      const responder = newResponder(made.table, seededRandom(9));
      for (const family of FAMILIES) {
        const owners = made.plans.filter((plan) => plan.family === family).map(({ owner }) => owner);
        for (const [owner, from] of owners.flatMap((owner) =>
          CLIENTS.map((from) => [owner, from] as const),
        )) {
          const message = query({ name: owner, type: family === 'ipv4' ? 'A' : 'AAAA' });
          const { answers, candidates } = made.explain(owner, family, from);
          const byOctets = askOften(responder, message, addressOf(from));
          const counts = new Map(
            candidates.flatMap(({ address }) => {
              const places = byOctets.get(Buffer.from(addressOf(address).bytes).toString('hex'));
              return places === undefined ? [] : [[address, places] as const];
            }),
          );
          t.equal(counts.size, byOctets.size, `${owner} ${family} ${from}: nobody else is answered`);
          const explained = new Set(candidates.filter((c) => c.probability > 0).map((c) => c.address));
          t.same(new Set(counts.keys()), explained, `${owner} ${family} ${from}: who is answered at all`);
          if ([...counts.values()].some((places) => places.length !== answers))
            t.fail('the number of answers');
          for (const { mirror, address, probability } of candidates) {
            const places = counts.get(address) ?? new Array<number>(answers).fill(0);
            const total = places.reduce((sum, count) => sum + count, 0);
            const own = candidates.filter((candidate) => candidate.mirror === mirror).length;
            const name = `${owner} ${family} ${from} ${mirror}/${address}: ${places} of ${probability}`;
            const expected = probability * ANSWERS;
            // So many points of a walk are off by a few at most. Which of a mirror's addresses is taken is chance, and so is
            // the place in an answer: five deviations.
            const off = own === 1 ? 6 : 5 * Math.sqrt(expected);
            if (Math.abs(total - expected) > off) t.fail(name);
            const slack = 2 + 5 * Math.sqrt(expected / answers);
            const even = total / answers;
            if (places.some((count) => Math.abs(count - even) > slack)) t.fail(name);
          }
        }
      }
    }
  });
}
