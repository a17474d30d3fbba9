import t from 'tap';
import { formatExplanation } from '../../src/commands/explain.js';
import type { Explanation } from '../../src/compile/explain.js';

const EXPLANATION: Explanation = {
  name: 'dl.example.org',
  type: 'A',
  client: { ip: '192.0.2.1', country: 'DE', latitude: 52.52, longitude: 13.4, asn: 64500, scope: 24 },
  answers: 2,
  cap: 0.6,
  cap_raised: false,
  panic: false,
  panic_action: 'answer',
  candidates: [
    {
      mirror: 'aurora',
      address: '192.0.2.10',
      distance_km: 12.3,
      band: 1,
      tier: 'near',
      weight: 10,
      probability: 0.6,
    },
    { mirror: 'b', address: '192.0.2.11', band: 2, tier: 'far', weight: 1, probability: 1 / 3 },
  ],
  excluded: [
    { mirror: 'cascade', address: '192.0.2.12', reason: 'down: connection refused' },
    { mirror: 'dune', address: null, reason: 'has no IPv4 address' },
  ],
};

t.test('for a terminal', async (t) => {
  t.same(formatExplanation(EXPLANATION), [
    'dl.example.org A from 192.0.2.1: DE at 52.52, 13.4, AS64500, scope /24',
    '2 of the following in each answer; cap 60.0 %',
    '',
    'mirror  address     km  band  tier  weight  probability',
    'aurora  192.0.2.10  12     1  near      10        0.600',
    'b       192.0.2.11   -     2  far        1        0.333',
    '',
    'not answered:',
    '  cascade 192.0.2.12: down: connection refused',
    '  dune: has no IPv4 address',
  ]);
});

t.test('an unknown client, panic, a raised cap', async (t) => {
  const text = formatExplanation({
    ...EXPLANATION,
    client: { ip: '10.0.0.1', scope: 0 },
    cap: 1,
    cap_raised: true,
    panic: true,
    excluded: [],
  }).join('\n');
  t.match(text, /^dl\.example\.org A from 10\.0\.0\.1: country unknown, scope \/0$/m);
  t.match(text, /cap 100\.0 % \(raised: too few are left to keep max_share\)$/m);
  t.match(text, /^PANIC: /m);
  t.notMatch(text, /not answered/);
});

t.test('which list of the order counts', async (t) => {
  const [, order] = formatExplanation({
    ...EXPLANATION,
    order: { name: 'world', by: 'countries', key: 'DE' },
  });
  t.equal(order, 'order world, countries: DE');
});

t.test('where nobody is answered, that is said, and no table is empty', async (t) => {
  const text = formatExplanation({ ...EXPLANATION, answers: 0, cap: 1, candidates: [] });
  t.same(text, [
    'dl.example.org A from 192.0.2.1: DE at 52.52, 13.4, AS64500, scope /24',
    'no mirror is answered: the answer is empty (NODATA)',
    '',
    'not answered:',
    '  cascade 192.0.2.12: down: connection refused',
    '  dune: has no IPv4 address',
  ]);
});

t.test('an error in place of an answer, with its reason', async (t) => {
  const failed = { instead: 'SERVFAIL', extended_error: 'no mirror is for this client' } as const;
  const text = formatExplanation({ ...EXPLANATION, answers: 0, candidates: [], ...failed });
  t.equal(text[1], 'no mirror is answered, but SERVFAIL (no mirror is for this client)');
});
