/** What a running server says counts for the same address of the same zone and pool; what files say, they say themselves. */
import t from 'tap';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import { reportedSnapshot } from '../../src/daemon/reported-snapshot.js';
import { indexTargets } from '../../src/daemon/target-index.js';
import { targetKey } from '../../src/probe/target.js';
import { mirrorReport, statusReport, zoneReport } from '../report/status-report.js';
import { makeWorld } from './made-world.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": {}, eu: {} }
mirrors: { a: { addresses: [192.0.2.1] }, b: { addresses: [192.0.2.2] } }
overrides:
  - { mirrors: [b], reason: by file }
`;
const index = indexTargets(makeWorld([ZONE]));
const SINCE = '2026-01-01T00:00:00.000Z';
const NOW = Date.parse(SINCE) + 1000;

/** What is known by a report of the pool at the apex. */
function known(...mirrors: MirrorReport[]) {
  const { states, overrides } = reportedSnapshot(statusReport({ zones: [zoneReport(mirrors)] }), index, NOW);
  const all = index.targets.flatMap((target) => states.get(targetKey(target)) ?? []);
  return { overrides, states: all.map(({ target, state }) => ({ pool: target.pool, ...state })) };
}

t.test('a verdict counts where zone, pool and address are the same', async (t) => {
  const a = mirrorReport({
    name: 'renamed',
    address: '192.0.2.1',
    state: 'down',
    cause: 'refused',
    since: SINCE,
    returned: SINCE,
    held_until: SINCE,
  });
  const since = Date.parse(SINCE);
  t.same(known(a, mirrorReport({ address: '192.0.2.99' })).states, [
    {
      pool: 'dl.example.org',
      verdict: 'down',
      streak: 0,
      since,
      cause: 'refused',
      returned: since,
      heldUntil: since,
    },
  ]);
});

t.test('what members of a fleet say comes along', async (t) => {
  const fleet = { verdict: 'up' as const, members: [{ member: 'ns1' }] };
  const zones = [zoneReport([mirrorReport({ address: '192.0.2.1', fleet })])];
  const { jointOf } = reportedSnapshot(statusReport({ zones }), index, NOW);
  t.same(
    index.targets.map((target) => jointOf?.(target)),
    [fleet, undefined, undefined, undefined],
  );
});

t.test('an override that was said counts, one of the server’s files does not', async (t) => {
  const said = {
    state: 'down',
    reason: 'x',
    since: SINCE,
    until: '2026-02-01T00:00:00.000Z',
    by: 'root',
  } as const;
  const { overrides } = known(
    mirrorReport({ name: 'a', override: said }),
    mirrorReport({ name: 'c', override: { ...said, file: 'z.yaml' } }),
  );
  t.match(overrides.of('dl.example.org', 'a'), { reason: 'x', until: Date.UTC(2026, 1, 1), by: 'root' });
  t.equal(overrides.of('dl.example.org', 'c'), undefined);
  t.match(overrides.of('dl.example.org', 'b'), { reason: 'by file' });
});

t.test('without a report there is what the files say alone', async (t) => {
  const { states, overrides } = reportedSnapshot(undefined, index, NOW);
  t.same(
    index.targets.flatMap((target) => states.get(targetKey(target)) ?? []),
    [],
  );
  t.match(overrides.of('dl.example.org', 'b'), { reason: 'by file' });
});
