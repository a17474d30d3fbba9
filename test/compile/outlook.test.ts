import t from 'tap';
import { outlookOf, placeCountries } from '../../src/compile/outlook.js';
import { peopleOnline } from '../../src/compile/people-online.js';
import { mirrorsIn, planGeography } from '../../src/compile/pool-plan.js';
import { COUNTRY_CODES } from '../../src/platform/countries.js';
import type { AddressState } from '../../src/select/health-view.js';
import { type Made, makeTable } from './make-table.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools:
  "@": { answers: 2, max_share: 0.4 }
  lone: { answers: 1, mirrors: [kyoto] }
mirrors:
  berlin: { addresses: [192.0.2.1, 192.0.2.11], weight: 3, location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  paris: { addresses: [192.0.2.2], location: { country: FR, latitude: 48.9, longitude: 2.4 } }
  chicago: { addresses: [192.0.2.3], location: { country: US, latitude: 41.9, longitude: -87.6 }, except_countries: [CA] }
  kyoto: { addresses: [192.0.2.4], location: { country: JP, latitude: 35, longitude: 135.8 }, only_countries: [JP, KR] }
  inner: { addresses: [192.0.2.5], location: { country: BR }, only_networks: [10.0.0.0/8] }
`;

const CODES = [...COUNTRY_CODES];
/** A network of each country. */
const NETWORKS = CODES.map((_, i) => `11.${i}.0.0`);
const LOCATIONS = Object.fromEntries(CODES.map((code, i) => [`${NETWORKS[i]}/16`, code]));

function make(state: { readonly [address: string]: AddressState } = {}): Made {
  return makeTable([ZONE], { locations: LOCATIONS, state });
}

function outlookIn(
  { zones, plans, placeOf }: Made,
  owner: string,
  state: { readonly [address: string]: AddressState } = {},
) {
  const [zone] = zones;
  const pool = zone?.pools.find((candidate) => candidate.owner === owner);
  const plan = plans.find((candidate) => candidate.owner === owner && candidate.family === 'ipv4');
  if (zone === undefined || pool === undefined || plan === undefined) throw new Error('no pool');
  const geography = planGeography(pool, mirrorsIn(zone, pool, 'ipv4'), placeOf);
  const health = plan.members.flatMap(({ addresses }) =>
    addresses.map(({ text }) => ({ state: state[text] ?? ('up' as const), growth: 10 })),
  );
  const { members, answers, maxShare, panic } = plan;
  const question = { owner, members: members, answers, maxShare, panic, health, epoch: 1 };
  const { shares, leaders } = outlookOf(geography, placeCountries(geography), question);
  const names = members.map(({ mirror }) => mirror);
  return {
    shares: new Map(names.map((name, member) => [name, shares[member] ?? 0])),
    leaders: new Map([...leaders].map(([country, member]) => [country, names[member]])),
  };
}

t.test('shares are what explain says for each country, by its people', async (t) => {
  for (const state of [{}, { '192.0.2.2': 'down', '192.0.2.11': 'off' }] satisfies {
    [address: string]: AddressState;
  }[]) {
    const made = make(state);
    const { shares, leaders } = outlookIn(made, 'dl.example.org', state);
    const expected = new Map<string, number>();
    let everybody = 0;
    for (const [i, country] of CODES.entries()) {
      const { candidates, answers } = made.explain('dl.example.org', 'ipv4', NETWORKS[i] ?? '');
      if (answers === 0) continue;
      everybody += peopleOnline(country);
      const own = new Map<string, number>();
      for (const { mirror, probability } of candidates) own.set(mirror, (own.get(mirror) ?? 0) + probability);
      for (const [mirror, probability] of own) {
        expected.set(mirror, (expected.get(mirror) ?? 0) + (peopleOnline(country) * probability) / answers);
      }
      const most = Math.max(...own.values());
      const leader = leaders.get(country) ?? '';
      t.ok((own.get(leader) ?? 0) > most - 1e-6, `${country}: ${leader}`);
    }
    for (const [mirror, share] of shares) {
      t.ok(Math.abs(share - (expected.get(mirror) ?? 0) / everybody) < 1e-6, `${mirror} ${share}`);
    }
    t.ok(Math.abs([...shares.values()].reduce((a, b) => a + b, 0) - 1) < 1e-6);
  }
});

t.test('who has as much as another leads where it is nearer', async (t) => {
  const { leaders } = outlookIn(make(), 'dl.example.org');
  t.equal(leaders.get('PL'), 'berlin');
  t.equal(leaders.get('ES'), 'paris');
  t.equal(leaders.get('MX'), 'chicago');
});

t.test('nobody leads where nobody is answered', async (t) => {
  const { leaders, shares } = outlookIn(make(), 'lone.dl.example.org');
  t.same([...leaders.keys()].sort(), ['JP', 'KR']);
  t.equal(shares.get('kyoto'), 1, 'which has all that there is');
});

t.test('a mirror that is for some networks only has no share of countries', async (t) => {
  t.equal(outlookIn(make(), 'dl.example.org').shares.get('inner'), 0);
});
