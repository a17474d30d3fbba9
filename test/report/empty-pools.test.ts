import t from 'tap';
import type { MirrorReport, PoolReport } from '../../src/control/mirror-report.js';
import { emptyFamilies } from '../../src/report/empty-pools.js';
import { mirrorReport, zoneReport } from './status-report.js';

function emptyOf(mirrors: readonly Partial<MirrorReport>[], pool: Partial<PoolReport> = {}) {
  return zoneReport(mirrors.map(mirrorReport), pool).pools.flatMap(emptyFamilies);
}

t.test('a pool is empty where it has addresses and all of them are off', async (t) => {
  const off = { enabled: false };
  const six = { family: 'ipv6', address: '2001:db8::1' } as const;
  t.same(emptyOf([off, { ...off, weight: 0 }]), ['ipv4']);
  t.same(emptyOf([{}, { ...six, ...off }]), ['ipv6']);
  t.same(emptyOf([off, { ...six, ...off }]), ['ipv4', 'ipv6']);
  t.same(emptyOf([off, {}]), []);
  t.same(emptyOf([{ state: 'down' }]), [], 'what is down is answered in panic');
  t.same(emptyOf([]), [], 'it has no address to answer, which is another matter');
  t.same(emptyOf([off], { may_be_empty: true }), [], 'it is meant');
});
