/** A pool as its map shows it: one number for a mirror everywhere, and how it stands in one word. */
import t from 'tap';
import { stateOf, viewPool } from '../../src/http/pool-view.js';
import { mirrorReport, zoneReport } from '../report/status-report.js';

t.test('how a mirror with several addresses stands', async (t) => {
  const up = mirrorReport({ state: 'up' });
  const down = mirrorReport({ state: 'down' });
  const unknown = mirrorReport({ state: 'unknown' });
  const held = mirrorReport({ state: 'down', override: { state: 'up', since: '' } });
  const off = mirrorReport({ enabled: false });
  for (const [addresses, state] of [
    [[up, up], 'up'],
    [[up, unknown], 'up'],
    [[unknown], 'unknown'],
    [[up, down], 'partly'],
    [[unknown, down], 'partly'],
    [[down, down], 'down'],
    [[held], 'up'],
    [[off, down], 'down'],
    [[off, up], 'up'],
    [[off], 'disabled'],
    [[], 'disabled'],
  ] as const) {
    t.equal(stateOf(addresses), state, addresses.map((each) => each.state).join());
  }
});

const [POOL] = zoneReport([
  mirrorReport({ name: 'a' }),
  mirrorReport({ name: 'b', address: '192.0.2.20' }),
  mirrorReport({ name: 'b', family: 'ipv6', address: '2001:db8::20' }),
]).pools;
const OUTLOOK = {
  mirrors: ['a', 'b', 'gone'].map((name) => ({ name, place: {} })),
  families: [
    {
      family: 'ipv4',
      mirrors: ['a', 'b'],
      shares: [0.75, 0.25],
      leaders: new Map([
        ['DE', 0],
        ['US', 1],
        ['NL', 0],
      ]),
    },
    { family: 'ipv6', mirrors: ['b'], shares: [1], leaders: new Map([['DE', 0]]) },
  ],
} as const;

t.test('a mirror has its number in every family, and the countries that it leads', async (t) => {
  if (POOL === undefined) throw new Error('the zone has a pool');
  const view = viewPool(POOL, OUTLOOK);
  t.match(view, { family: 'ipv4', families: ['ipv4', 'ipv6'] });
  t.same(
    view?.mirrors.map(({ number, name, share, countries }) => [number, name, share, countries]),
    [
      [1, 'a', 0.75, ['DE', 'NL']],
      [2, 'b', 0.25, ['US']],
    ],
    'one that has no address is not shown',
  );
  const six = viewPool(POOL, OUTLOOK, 'ipv6');
  t.same(
    six?.mirrors.map(({ number, name, share }) => [number, name, share]),
    [[2, 'b', 1]],
  );
  t.same([...(six?.leaders ?? [])], [['DE', 2]]);
  t.equal(viewPool(POOL, OUTLOOK, 'nonsense')?.family, 'ipv4');
  t.equal(viewPool(POOL, { ...OUTLOOK, families: [] }), undefined);
});
