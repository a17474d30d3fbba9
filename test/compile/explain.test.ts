/** Explanations: who is in which band with what probability, and why the others are not. */
import t from 'tap';
import type { Family } from '../../src/platform/types.js';
import type { AddressState } from '../../src/select/health-view.js';
import { haversineKm } from '../select/fixtures/by-the-book.js';
import { type Made, makeTable } from './make-table.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools:
  "@": { answers: 2, near_km: 500 }
  capped: { answers: 3, max_share: 0.2, mirrors: [berlin, paris, chicago] }
  spread: { answers: 2, max_share: 0.25, near_km: 0 }
  home: { answers: 1, same_country_first: true, mirrors: [berlin, paris, chicago] }
mirrors:
  berlin: { addresses: [192.0.2.1, 192.0.2.11, "2001:db8::1"], weight: 3, location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  paris: { addresses: [192.0.2.2, "2001:db8::2"], location: { country: FR, latitude: 48.9, longitude: 2.4 } }
  chicago: { addresses: [192.0.2.3], location: { country: US, latitude: 41.9, longitude: -87.6 }, except_countries: [CA] }
  kyoto: { addresses: [192.0.2.4], location: { country: JP, latitude: 35, longitude: 135.8 }, only_countries: [JP, KR] }
  inner: { addresses: [192.0.2.5], location: { country: BR }, only_networks: [10.0.0.0/8] }
  campus: { addresses: [192.0.2.6], location: { country: CH, latitude: 47.4, longitude: 8.5 }, networks: [11.7.0.0/16] }
  carrier: { addresses: [192.0.2.7], location: { country: IN, latitude: 19, longitude: 72.9 }, asn: [64500] }
  spare: { addresses: [192.0.2.8, 192.0.2.9, "2001:db8::8"], weight: 0 }
`;
const PLACES = {
  '11.0.0.0/8': { country_code: 'DE', latitude: 52.5, longitude: 13.4 },
  '12.0.0.0/8': { country_code: 'CA', latitude: 43.7, longitude: -79.4 },
  '13.0.0.0/8': { country_code: 'JP', latitude: 35, longitude: 135.8 },
  '14.0.0.0/8': { country_code: 'US', latitude: 41.9, longitude: -87.6 },
};
const ASNS = { '14.5.0.0/16': 64_500, '11.0.0.0/9': 64_999 };
const made = makeTable([ZONE], { locations: PLACES, asns: ASNS });

/** Candidates as `MIRROR/ADDRESS band tier probability`. */
function candidates(
  from: string,
  {
    owner = 'dl.example.org',
    family = 'ipv4',
    world = made,
  }: { owner?: string; family?: Family; world?: Made } = {},
): string[] {
  return world
    .explain(owner, family, from)
    .candidates.map(
      ({ mirror, address, band, tier, probability }) =>
        `${mirror}/${address} ${band} ${tier} ${Math.round(probability * 1e6) / 1e6}`,
    );
}

function reasons(from: string, family: Family = 'ipv4', world = made): Record<string, string> {
  const { excluded } = world.explain('dl.example.org', family, from);
  return Object.fromEntries(excluded.map(({ mirror, address, reason }) => [`${mirror}/${address}`, reason]));
}

t.test('backups: in a band of their own, used or not, and why', async (t) => {
  const zone = (panic: string): string => `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 2, max_share: 0.3, panic: ${panic} } }
mirrors:
  aurora: { addresses: [192.0.2.1] }
  boreas: { addresses: [192.0.2.2] }
  dune: { addresses: [192.0.2.3], backup: true }
`;
  const seen = (panic: string, ...down: number[]) => {
    const state = Object.fromEntries(down.map((i) => [`192.0.2.${i}`, 'down' as const]));
    const world = makeTable([zone(panic)], { locations: {}, state });
    const { candidates, excluded, instead, cap_raised, ...more } = world.explain(
      'dl.example.org',
      'ipv4',
      '11.0.0.1',
    );
    return {
      all: candidates.map(
        ({ mirror, band, tier, probability, note }) =>
          `${mirror} ${band} ${tier} ${probability} ${note ?? '-'}`,
      ),
      out: excluded.map(({ mirror, reason }) => `${mirror}: ${reason}`),
      said: [more.answers, more.panic, more.panic_action, instead, cap_raised],
    };
  };
  t.same(seen('answer'), {
    all: ['aurora 1 near 1 -', 'boreas 1 near 1 -', 'dune 2 backup 0 backup: others fill the answer'],
    out: [],
    said: [2, false, 'answer', undefined, true],
  });
  t.same(seen('answer', 1).all, ['boreas 1 near 1 -', 'dune 2 backup 1 backup: fewer than 2 others stand']);
  t.same(seen('backup', 1, 2, 3), {
    all: ['dune 2 backup 1 backup: fewer than 2 others stand; it is down'],
    out: ['aurora: it is down', 'boreas: it is down'],
    said: [1, true, 'backup', undefined, true],
  });
  t.same(seen('servfail', 1, 2, 3), {
    all: [],
    out: ['aurora: it is down', 'boreas: it is down', 'dune: it is down'],
    said: [0, true, 'servfail', 'SERVFAIL', false],
  });
});

t.test(
  'a client for whom there is nobody gets SERVFAIL in a signed zone, where no denial may say so',
  async (t) => {
    const zone = (more: string): string => `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { may_be_empty: true } }
mirrors: { kyoto: { addresses: [192.0.2.1], only_countries: [JP] } }
${more}`;
    const seen = (more: string, from: string, family: Family = 'ipv4') => {
      const { instead, extended_error, answers } = makeTable([zone(more)], { locations: PLACES }).explain(
        'dl.example.org',
        family,
        from,
      );
      return [answers, instead, extended_error];
    };
    const signed = 'dnssec: { key: dl.key }';
    t.same(seen(signed, '12.0.0.1'), [0, 'SERVFAIL', 'no mirror is for this client']);
    t.same(seen(signed, '13.0.0.1'), [1, undefined, undefined]);
    t.same(seen('', '12.0.0.1'), [0, undefined, undefined]);
  },
);

t.test('who is refused, and by which list', async (t) => {
  const zone = (rcode: string): string => `
zone: dl.example.org
ns: [ns.example.net]
pools: { get: { refuse: { countries: [CA], asn: [64500], networks: [13.7.0.0/16], rcode: ${rcode} } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
`;
  const seen = (from: string, rcode = 'refused', family: Family = 'ipv4') => {
    const world = makeTable([zone(rcode)], { locations: PLACES, asns: ASNS });
    const plan = world.explain('get.dl.example.org', family, from);
    return [plan.instead, plan.refused, plan.answers, plan.candidates.length, plan.excluded.length];
  };
  t.same(seen('12.0.0.1'), ['REFUSED', 'countries: CA', 0, 0, 0]);
  t.same(seen('14.5.0.1', 'nxdomain'), ['NXDOMAIN', 'asn: 64500', 0, 0, 0]);
  t.same(seen('13.7.0.1', 'nodata'), ['NODATA', 'networks: 13.7.0.0/16', 0, 0, 0]);
  t.same(seen('13.8.0.1'), [undefined, undefined, 1, 1, 0]);
});

t.test('bands outward, probabilities by weight, and why the others are out', async (t) => {
  t.same(candidates('11.200.0.1'), [
    'berlin/192.0.2.1 1 near 0.5',
    'berlin/192.0.2.11 1 near 0.5',
    'campus/192.0.2.6 2 far 0.5',
    'paris/192.0.2.2 2 far 0.5',
    'carrier/192.0.2.7 3 far 0',
    'chicago/192.0.2.3 3 far 0',
  ]);
  t.same(reasons('11.200.0.1'), {
    'kyoto/192.0.2.4': 'only_countries: JP, KR; the client is in DE',
    'inner/192.0.2.5': 'only_networks: the client is in none of them',
    'spare/192.0.2.8': 'disabled: weight is 0',
    'spare/192.0.2.9': 'disabled: weight is 0',
  });
});

t.test('every reason', async (t) => {
  t.equal(reasons('12.0.0.1')['chicago/192.0.2.3'], 'except_countries: CA; the client is in CA');
  t.equal(reasons('99.0.0.1')['kyoto/192.0.2.4'], "only_countries: JP, KR; the client's country is unknown");
  t.equal(reasons('99.0.0.1')['chicago/192.0.2.3'], undefined, 'except_countries admits whom nobody knows');
  const six = reasons('99.0.0.1', 'ipv6');
  t.equal(six['chicago/null'], 'has no IPv6 address');
  t.equal(six['spare/2001:db8::8'], 'disabled: weight is 0');
  const only = makeTable([
    'zone: e.org\nns: [n.e.net]\npools: { "@": {} }\nmirrors: { a: { addresses: ["2001:db8::1"] }, b: { addresses: [192.0.2.1] } }\n',
  ]);
  t.equal(only.explain('e.org', 'ipv4', '99.0.0.1').excluded[0]?.reason, 'has no IPv4 address');
});

t.test('rules by AS and network, and those of a pool', async (t) => {
  const world = makeTable(
    [
      `
zone: dl.example.org
ns: [ns.example.net]
pools:
  "@": { answers: 3, except_countries: [CA] }
  carriers: { only_asn: [64500] }
mirrors:
  a: { addresses: [192.0.2.1], only_asn: [64999] }
  b: { addresses: [192.0.2.2], except_asn: [64999] }
  c: { addresses: [192.0.2.3], except_networks: [14.5.1.0/24] }
`,
    ],
    { locations: PLACES, asns: ASNS },
  );
  const named = (from: string, owner = 'dl.example.org') =>
    candidates(from, { owner, world }).map((text) => text.slice(0, 1));
  t.same(named('11.0.0.1'), ['a', 'c'], 'in AS 64999');
  t.same(named('14.5.0.1'), ['b', 'c'], 'in AS 64500');
  t.same(named('14.5.1.1'), ['b'], 'and in the network');
  t.same(named('12.0.0.1'), [], 'the pool is not for its country');
  t.match(reasons('12.0.0.1', 'ipv4', world), {
    'b/192.0.2.2': "the pool's except_countries: CA; the client is in CA",
  });
  t.same(named('14.5.0.1', 'carriers.dl.example.org'), ['b', 'c']);
  t.same(named('14.6.0.1', 'carriers.dl.example.org'), []);
});

t.test('who is where', async (t) => {
  const explanation = made.explain('dl.example.org', 'ipv4', '11.1.2.3');
  t.same(explanation.client, {
    ip: '11.1.2.3',
    country: 'DE',
    latitude: 52.5,
    longitude: 13.4,
    asn: 64_999,
    scope: explanation.client.scope,
  });
  t.same([explanation.name, explanation.type], ['dl.example.org', 'A']);
  const distances = new Map(explanation.candidates.map(({ mirror, distance_km }) => [mirror, distance_km]));
  t.equal(distances.get('berlin'), 0);
  const paris = haversineKm({ latitude: 52.5, longitude: 13.4 }, { latitude: 48.9, longitude: 2.4 });
  t.ok(Math.abs((distances.get('paris') ?? 0) - paris) <= 0.05, `${distances.get('paris')}`);
  const unknown = made.explain('dl.example.org', 'ipv4', '99.0.0.1');
  t.same(Object.keys(unknown.client).sort(), ['ip', 'scope']);
  t.ok(unknown.candidates.every((candidate) => !('distance_km' in candidate)));
  t.equal(made.explain('dl.example.org', 'ipv6', '11.1.2.3').type, 'AAAA');
});

t.test('a client in a mirror’s network', async (t) => {
  t.same(candidates('11.7.1.1').slice(0, 3), [
    'campus/192.0.2.6 1 network 1',
    'berlin/192.0.2.1 2 near 0',
    'berlin/192.0.2.11 2 near 0',
  ]);
  const { answers, cap, cap_raised } = made.explain('dl.example.org', 'ipv4', '11.7.1.1');
  t.same([answers, cap, cap_raised], [1, 1, false]);
  const down = makeTable([ZONE], { locations: PLACES, state: { '192.0.2.6': 'down' } });
  t.same(candidates('11.7.1.1', { world: down }).slice(0, 3), [
    'berlin/192.0.2.1 2 near 0.5',
    'berlin/192.0.2.11 2 near 0.5',
    'paris/192.0.2.2 3 far 1',
  ]);
  t.equal(reasons('11.7.1.1', 'ipv4', down)['campus/192.0.2.6'], 'it is down');
  t.same(candidates('::ffff:11.7.1.1')[0], 'campus/192.0.2.6 1 network 1', 'also inside IPv6');
});

t.test('a client in a mirror’s AS, and in its country', async (t) => {
  t.equal(candidates('14.5.1.1')[0], 'carrier/192.0.2.7 1 asn 1');
  t.equal(candidates('14.6.1.1')[0], 'chicago/192.0.2.3 1 near 1');
  t.equal(candidates('14.6.1.1', { owner: 'home.dl.example.org' })[0], 'chicago/192.0.2.3 1 country 1');
  t.equal(candidates('13.0.0.1')[0], 'kyoto/192.0.2.4 1 near 1');
  t.ok(candidates('10.0.0.1').some((line) => line.startsWith('inner/')));
});

t.test('the cap, and where it can not be kept', async (t) => {
  const capped = made.explain('capped.dl.example.org', 'ipv4', '11.200.0.1');
  t.same(
    [capped.answers, capped.cap, capped.cap_raised],
    [3, 1, true],
    'three mirrors can’t be in a fifth each',
  );
  const spread = made.explain('spread.dl.example.org', 'ipv4', '11.200.0.1');
  t.same([spread.answers, spread.cap, spread.cap_raised], [2, 0.5, false]);
  t.same(candidates('11.200.0.1', { owner: 'spread.dl.example.org' }).slice(0, 3), [
    'berlin/192.0.2.1 1 near 0.25',
    'berlin/192.0.2.11 1 near 0.25',
    'campus/192.0.2.6 2 far 0.5',
  ]);
});

t.test('addresses that are down, new or off', async (t) => {
  const state = {
    '192.0.2.1': 'down',
    '192.0.2.2': 'off',
    '192.0.2.3': 'new',
    '192.0.2.6': 'down',
  } as const;
  const world = makeTable([ZONE], { locations: PLACES, state });
  t.same(candidates('11.200.0.1', { world }), ['berlin/192.0.2.11 1 near 1', 'carrier/192.0.2.7 3 far 1']);
  const why = reasons('11.200.0.1', 'ipv4', world);
  t.equal(why['berlin/192.0.2.1'], 'it is down');
  t.equal(why['paris/192.0.2.2'], 'it is off');
  t.equal(why['chicago/192.0.2.3'], 'it is new');
  t.equal(world.explain('dl.example.org', 'ipv4', '11.200.0.1').panic, false);
});

t.test(
  'a client all of whose candidates are down: they count as up, and neither what is new nor what is off',
  async (t) => {
    const all = ['192.0.2.1', '192.0.2.11', '192.0.2.2', '192.0.2.3', '192.0.2.6', '192.0.2.7'];
    const down: Record<string, AddressState> = Object.fromEntries(all.map((address) => [address, 'down']));
    const world = makeTable([ZONE], {
      locations: PLACES,
      state: { ...down, '192.0.2.2': 'new', '192.0.2.3': 'off', '192.0.2.11': 'new' },
    });
    const { panic } = world.explain('dl.example.org', 'ipv4', '11.200.0.1');
    t.equal(panic, true);
    t.same(candidates('11.200.0.1', { world }), [
      'berlin/192.0.2.1 1 near 1',
      'campus/192.0.2.6 2 far 1',
      'carrier/192.0.2.7 3 far 0',
    ]);
    const why = reasons('11.200.0.1', 'ipv4', world);
    t.equal(why['paris/192.0.2.2'], 'it is new', 'not a candidate with probability 0');
    t.equal(why['berlin/192.0.2.11'], 'it is new');
    t.equal(why['chicago/192.0.2.3'], 'it is off');
    t.equal(
      world.explain('dl.example.org', 'ipv4', '13.0.0.1').panic,
      false,
      'kyoto is up, for the Japanese',
    );
  },
);

t.test('new ones alone, and nobody at all', async (t) => {
  const fresh = makeTable([ZONE], {
    locations: PLACES,
    state: Object.fromEntries(
      ['1', '11', '2', '3', '6', '7'].map((last): [string, AddressState] => [
        `192.0.2.${last}`,
        last === '2' ? 'new' : 'off',
      ]),
    ),
  });
  t.same(candidates('11.200.0.1', { world: fresh }), ['paris/192.0.2.2 2 far 1']);
  const closed = makeTable([ZONE], {
    locations: PLACES,
    state: Object.fromEntries(
      ['1', '11', '2', '3', '6', '7'].map((last): [string, AddressState] => [`192.0.2.${last}`, 'off']),
    ),
  });
  const { answers, candidates: none, panic } = closed.explain('dl.example.org', 'ipv4', '11.200.0.1');
  t.same([answers, none, panic], [0, [], false]);
});

t.test('probabilities sum to the answers, for clients everywhere', async (t) => {
  for (const owner of ['', 'capped.', 'spread.', 'home.']) {
    for (const family of ['ipv4', 'ipv6'] as const) {
      for (const from of [
        '11.200.0.1',
        '11.7.0.1',
        '12.0.0.1',
        '13.0.0.1',
        '14.5.0.1',
        '99.0.0.1',
        '10.1.1.1',
        '2001:db8::1',
      ]) {
        const { answers, candidates: all, cap } = made.explain(`${owner}dl.example.org`, family, from);
        const sum = all.reduce((total, { probability }) => total + probability, 0);
        t.ok(Math.abs(sum - answers) < 1e-9, `${owner} ${family} ${from}: ${sum}`);
        const byMirror = new Map<string, number>();
        for (const { mirror, probability } of all)
          byMirror.set(mirror, (byMirror.get(mirror) ?? 0) + probability);
        t.ok([...byMirror.values()].every((share) => share <= cap + 1e-9));
        const bands = all.map(({ band }) => band);
        t.same(
          bands,
          [...bands].sort((a, b) => a - b),
        );
      }
    }
  }
});

t.test('within a band the nearest is first, and who knows where comes last', async (t) => {
  const zone = `zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1, near_km: 0 } }
mirrors:
  nowhere: { addresses: [192.0.2.1] }
  kyoto: { addresses: [192.0.2.2], location: { country: JP, latitude: 35, longitude: 135.8 } }
  chicago: { addresses: [192.0.2.3], location: { country: US, latitude: 41.9, longitude: -87.6 } }
  paris: { addresses: [192.0.2.4], location: { country: FR, latitude: 48.9, longitude: 2.4 } }
  berlin: { addresses: [192.0.2.5], location: { country: DE, latitude: 52.5, longitude: 13.4 } }
`;
  const world = makeTable([zone], { locations: PLACES });
  t.same(
    candidates('11.0.0.1', { world }).map((line) => line.split(' ').slice(0, 2).join(' ')),
    [
      'berlin/192.0.2.5 1',
      'paris/192.0.2.4 2',
      'chicago/192.0.2.3 3',
      'kyoto/192.0.2.2 3',
      'nowhere/192.0.2.1 3',
    ],
  );
});
