import t from 'tap';
import { formatHistoryReport } from '../../src/commands/history.js';
import { reportHistory } from '../../src/daemon/history-report.js';
import { createHistory } from '../../src/history/history.js';
import type { HistorySubject } from '../../src/history/history-event.js';

const BEGIN = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

const aurora: HistorySubject = {
  zone: 'dl.example.org',
  pool: 'dl.example.org',
  mirror: 'aurora',
  address: '192.0.2.10',
  family: 'ipv4',
};

function remembered() {
  const history = createHistory();
  history.apply({ type: 'watch', at: BEGIN, subject: aurora, state: 'up' });
  history.apply({
    type: 'watch',
    at: BEGIN,
    subject: { ...aurora, mirror: 'boreas', address: '192.0.2.20' },
    state: 'up',
  });
  for (const hour of [1, 5]) {
    const at = BEGIN + hour * HOUR;
    history.apply({ type: 'turn', subject: aurora, at, from: 'up', to: 'down', cause: 'connection refused' });
    history.apply({ type: 'turn', subject: aurora, at: at + HOUR, from: 'down', to: 'up' });
  }
  return history;
}

t.test('transitions, availability and strikes for a terminal', async (t) => {
  const text = formatHistoryReport(await reportHistory(remembered(), BEGIN + 10 * HOUR), false);
  t.equal(
    text.join('\n'),
    `at                        mirror  address     pool            from  to    why
2026-01-01T01:00:00.000Z  aurora  192.0.2.10  dl.example.org  up    down  connection refused
2026-01-01T02:00:00.000Z  aurora  192.0.2.10  dl.example.org  down  up
2026-01-01T05:00:00.000Z  aurora  192.0.2.10  dl.example.org  up    down  connection refused
2026-01-01T06:00:00.000Z  aurora  192.0.2.10  dl.example.org  down  up

mirror  address     pool            state  1 day          7 days         30 days        180 days       strikes
aurora  192.0.2.10  dl.example.org  up     80.00% of 10h  80.00% of 10h  80.00% of 10h  80.00% of 10h        2
boreas  192.0.2.20  dl.example.org  up     100% of 10h    100% of 10h    100% of 10h    100% of 10h          0

struck twice or more in six months:
  dl.example.org/aurora: 2026-01-01T01:00:00.000Z (60 min), 2026-01-01T05:00:00.000Z (60 min)`,
  );
});

t.test('availability is of the time that was watched, and says how long that is', async (t) => {
  const history = createHistory();
  history.apply({ type: 'watch', at: BEGIN, subject: aurora, state: 'up' });
  const cells = async (after: number): Promise<string[]> => {
    const [, row] = formatHistoryReport(await reportHistory(history, BEGIN + after), true);
    return (row ?? '').split(/ {2,}/).slice(4, 8);
  };
  t.same(await cells(4000), ['100% of 4s', '100% of 4s', '100% of 4s', '100% of 4s']);
  t.same(await cells(25 * HOUR), ['100%', '100% of 1d 1h', '100% of 1d 1h', '100% of 1d 1h']);
  t.match((await reportHistory(history, BEGIN + 25 * HOUR)).addresses, [{ observed: { 180: 25 * 3600 } }]);
  t.same(await cells(100 * 24 * HOUR), ['100%', '100%', '100%', '100% of 100d']);
  t.same(await cells(200 * 24 * HOUR + 123), ['100%', '100%', '100%', '100%']);
});

t.test('one mirror, by name, with its zone, by a glob', async (t) => {
  const history = remembered();
  for (const wanted of ['aurora', 'dl.example.org/aurora', 'DL.example.org./aur*']) {
    const { addresses, transitions, mirrors } = await reportHistory(history, BEGIN + 10 * HOUR, wanted);
    t.match([addresses, mirrors], [[{ mirror: 'aurora' }], [{ mirror: 'aurora', struck_twice: true }]]);
    t.equal(transitions.length, 4);
  }
  t.same((await reportHistory(history, BEGIN + 10 * HOUR, 'b*')).transitions, []);
  await t.rejects(reportHistory(history, BEGIN, 'cascade'), { code: 'REQUEST_REFUSED' });
});

t.test('nothing yet', async (t) => {
  t.equal(
    formatHistoryReport(await reportHistory(createHistory(), BEGIN), false)[0],
    'no transition is remembered',
  );
});
