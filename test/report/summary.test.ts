import t from 'tap';
import { addressesIn, summaryOf } from '../../src/report/summary.js';
import { mirrorReport, statusReport, zoneReport } from './status-report.js';

const of = (...mirrors: Parameters<typeof mirrorReport>[0][]) =>
  statusReport({ zones: [zoneReport(mirrors.map(mirrorReport))] });

t.test('each address counts once, and is up where it is in all of its pools', async (t) => {
  const [zone] = of({ address: '192.0.2.1' }, { address: '192.0.2.2' }).zones;
  const [down] = of({ address: '192.0.2.1', state: 'down' }).zones;
  if (zone === undefined || down === undefined) throw new Error('there are zones');
  const both = { ...zone, pools: [...zone.pools, ...down.pools] };
  t.same(addressesIn(statusReport({ zones: [both] })), { enabled: 2, up: 1 });
  t.same(addressesIn(statusReport({ zones: [{ ...both, pools: both.pools.toReversed() }] })), {
    enabled: 2,
    up: 1,
  });
  t.same(addressesIn(statusReport({ zones: [zone, { ...down, zone: 'other' }] })), { enabled: 3, up: 2 });
});

t.test('who is not to be answered is not missed', async (t) => {
  t.equal(summaryOf(of({ state: 'down', enabled: false })), '1 zone, 0 of 0 addresses up');
  t.equal(summaryOf(of({})), '1 zone, 1 of 1 address up');
  t.equal(
    summaryOf(of({ address: '192.0.2.1', state: 'down' }, { address: '192.0.2.2' })),
    '1 zone, 1 of 2 addresses up',
  );
});
