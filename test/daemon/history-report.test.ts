/** What `history` says: in wall time, in order, of those who are asked about. */
import t from 'tap';
import { reportHistory } from '../../src/daemon/history-report.js';
import { createHistory } from '../../src/history/history.js';
import type { HistorySubject } from '../../src/history/history-event.js';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 0, 1);
const aurora: HistorySubject = {
  zone: 'dl.example.org',
  pool: 'dl.example.org',
  mirror: 'aurora',
  address: '192.0.2.10',
  family: 'ipv4',
};
const boreas: HistorySubject = { ...aurora, mirror: 'boreas', address: '192.0.2.20' };
const other: HistorySubject = { ...aurora, zone: 'example.net', pool: 'example.net', address: '192.0.2.30' };

/** Aurora was down for an hour of four, boreas for a later one; the other zone's was always up. */
function past() {
  const history = createHistory();
  history.apply({ type: 'start', at: BEGIN });
  for (const subject of [boreas, aurora, other])
    history.apply({ type: 'watch', at: BEGIN, subject, state: 'up' });
  for (const [subject, hour] of [
    [aurora, 1],
    [boreas, 2.5],
  ] as const) {
    const at = BEGIN + hour * HOUR;
    history.apply({ type: 'turn', subject, at, from: 'up', to: 'down', cause: 'refused' });
    history.apply({ type: 'turn', subject, at: at + HOUR, from: 'down', to: 'up' });
  }
  return history;
}
const NOW = BEGIN + 4 * HOUR;

t.test('transitions by time, whoever they are of; availability and strikes', async (t) => {
  const report = await reportHistory(past(), NOW);
  t.equal(report.at, '2026-01-01T04:00:00.000Z');
  t.same(
    report.transitions.map(({ mirror, at, to, cause }) => [mirror, at.slice(11, 16), to, cause]),
    [
      ['aurora', '01:00', 'down', 'refused'],
      ['aurora', '02:00', 'up', ''],
      ['boreas', '02:30', 'down', 'refused'],
      ['boreas', '03:30', 'up', ''],
    ],
  );
  t.match(
    report.addresses.find(({ address }) => address === '192.0.2.10'),
    { state: 'up', watched: true, availability: { '1': 0.75, '180': 0.75 }, observed: { '1': 4 * 3600 } },
  );
  t.match(
    report.mirrors.find(({ zone, mirror }) => zone === 'dl.example.org' && mirror === 'boreas'),
    {
      strikes: [{ from: '2026-01-01T02:30:00.000Z', to: '2026-01-01T03:30:00.000Z', minutes: 60 }],
      struck_twice: false,
    },
  );
});

t.test('nobody was watched: there is no availability, and not one of 0', async (t) => {
  const history = createHistory();
  history.apply({ type: 'start', at: BEGIN });
  history.apply({ type: 'watch', at: BEGIN, subject: aurora, state: 'unknown' });
  const { addresses } = await reportHistory(history, NOW);
  t.match(addresses, [{ availability: { '1': null, '180': null }, observed: { '1': 0 } }]);
});

t.test('one mirror, a glob, a zone', async (t) => {
  const asked = async (wanted: string): Promise<string[]> =>
    (await reportHistory(past(), NOW, wanted)).addresses.map(({ address }) => address).sort();
  t.same(await asked('aurora'), ['192.0.2.10', '192.0.2.30']);
  t.same(await asked('Example.NET./aurora'), ['192.0.2.30']);
  t.same(await asked('b*'), ['192.0.2.20']);
  const { transitions, mirrors } = await reportHistory(past(), NOW, 'example.net/*');
  t.same([transitions, mirrors.map(({ zone }) => zone)], [[], ['example.net']], 'nothing of others');
  await t.rejects(reportHistory(past(), NOW, 'cascade'), {
    code: 'REQUEST_REFUSED',
    message: 'cascade: nothing is remembered of such a mirror',
  });
});
