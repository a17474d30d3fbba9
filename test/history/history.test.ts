import t from 'tap';
import { createHistory, type History } from '../../src/history/history.js';
import type { HistorySubject } from '../../src/history/history-event.js';
import { strikesOf } from '../../src/history/outages.js';
import { sumOf } from '../../src/history/time-tally.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BEGIN = Date.UTC(2026, 0, 1);

const aurora: HistorySubject = {
  zone: 'dl.example.org',
  pool: 'dl.example.org',
  mirror: 'aurora',
  address: '192.0.2.10',
  family: 'ipv4',
};
const aurora6: HistorySubject = { ...aurora, address: '2001:db8::10', family: 'ipv6' };
const boreas: HistorySubject = { ...aurora, mirror: 'boreas', address: '192.0.2.20' };

function watching(...subjects: HistorySubject[]): History {
  const history = createHistory();
  history.apply({ type: 'start', at: BEGIN });
  for (const subject of subjects) history.apply({ type: 'watch', at: BEGIN, subject, state: 'up' });
  return history;
}

const fall = (history: History, subject: HistorySubject, at: number): void =>
  history.apply({ type: 'turn', subject, at, from: 'up', to: 'down', cause: 'connection refused' });
const rise = (history: History, subject: HistorySubject, at: number): void =>
  history.apply({ type: 'turn', subject, at, from: 'down', to: 'up' });

function timeOf(
  history: History,
  subject: HistorySubject,
  now: number,
  days = 30,
): { up: number; down: number } {
  for (const past of history.pasts(now)) {
    if (past.subject.address === subject.address)
      return sumOf(past.tally, history.time.before(now, days * DAY));
  }
  return { up: -1, down: -1 };
}

const strikes = (history: History, now: number): number =>
  [...history.mirrors(now)].reduce(
    (sum, { outages }) => sum + strikesOf(outages, now, history.time.before(now, 180 * DAY)).length,
    0,
  );

t.test('a fall and a rise are two transitions, and time down', async (t) => {
  const history = watching(aurora);
  fall(history, aurora, BEGIN + HOUR);
  rise(history, aurora, BEGIN + 2 * HOUR);
  t.same(timeOf(history, aurora, BEGIN + 4 * HOUR), { up: 3 * HOUR, down: HOUR });
  const [past] = history.pasts(BEGIN + 4 * HOUR);
  t.same(past?.transitions, [
    { at: BEGIN + HOUR, from: 'up', to: 'down', cause: 'connection refused' },
    { at: BEGIN + 2 * HOUR, from: 'down', to: 'up' },
  ]);
  t.equal(past?.state, 'up');
});

t.test('two addresses of a mirror that are down together are one strike', async (t) => {
  const history = watching(aurora, aurora6, boreas);
  fall(history, aurora, BEGIN + HOUR);
  fall(history, aurora6, BEGIN + HOUR + MINUTE);
  rise(history, aurora, BEGIN + HOUR + 20 * MINUTE);
  rise(history, aurora6, BEGIN + HOUR + 30 * MINUTE);
  t.equal(strikes(history, BEGIN + 2 * HOUR), 1);
});

t.test('time that nobody watched counts for nothing', async (t) => {
  const history = watching(aurora);
  fall(history, aurora, BEGIN + HOUR);
  history.apply({ type: 'alive', at: BEGIN + HOUR + MINUTE });
  // Killed here, and started again ten days later.
  history.apply({ type: 'start', at: BEGIN + 10 * DAY });
  history.apply({ type: 'watch', at: BEGIN + 10 * DAY, subject: aurora, state: 'up' });
  history.apply({ type: 'alive', at: BEGIN + 10 * DAY + HOUR });
  const now = history.time.now();
  t.same(timeOf(history, aurora, now), { up: 2 * HOUR, down: MINUTE });
  t.same(timeOf(history, aurora, now, 7), { up: HOUR, down: 0 }, 'the rest is older than that');
  t.equal(strikes(history, now), 0, 'a minute that was seen is no strike');
});

t.test('unknown is neither up nor down', async (t) => {
  const history = createHistory();
  history.apply({ type: 'watch', at: BEGIN, subject: aurora, state: 'unknown' });
  history.apply({ type: 'turn', subject: aurora, at: BEGIN + HOUR, from: 'unknown', to: 'up' });
  t.same(timeOf(history, aurora, BEGIN + 2 * HOUR), { up: HOUR, down: 0 });
});

t.test('while the probes are doubted nothing counts, for that family of that pool alone', async (t) => {
  const { zone, pool } = aurora;
  const history = watching(aurora, aurora6);
  fall(history, aurora, BEGIN + HOUR);
  fall(history, aurora6, BEGIN + HOUR);
  history.apply({ type: 'suppressed', at: BEGIN + HOUR + MINUTE, on: true, zone, pool, family: 'ipv4' });
  t.equal(strikes(history, BEGIN + 2 * HOUR), 1, 'IPv6 is believed');
  rise(history, aurora6, BEGIN + 2 * HOUR);
  t.same(timeOf(history, aurora, BEGIN + 3 * HOUR), { up: HOUR, down: MINUTE });
  history.apply({ type: 'suppressed', at: BEGIN + 3 * HOUR, on: false, zone, pool, family: 'ipv4' });
  t.same(timeOf(history, aurora, BEGIN + 4 * HOUR), { up: HOUR, down: HOUR + MINUTE });
  t.same(timeOf(history, aurora6, BEGIN + 4 * HOUR), { up: 3 * HOUR, down: HOUR });
});

t.test('an outage of the prober alone is no strike of anybody', async (t) => {
  const { zone, pool } = aurora;
  const history = watching(aurora, boreas);
  for (const subject of [aurora, boreas]) fall(history, subject, BEGIN + HOUR);
  history.apply({ type: 'suppressed', at: BEGIN + HOUR + 1000, on: true, zone, pool, family: 'ipv4' });
  for (const subject of [aurora, boreas]) rise(history, subject, BEGIN + 5 * HOUR);
  history.apply({ type: 'suppressed', at: BEGIN + 5 * HOUR, on: false, zone, pool, family: 'ipv4' });
  t.equal(strikes(history, BEGIN + 6 * HOUR), 0);
});

t.test('an override is remembered, and is neither time down nor a strike', async (t) => {
  const history = watching(aurora);
  const subject = aurora;
  const override = { state: 'down', reason: 'maintenance', by: 'root' } as const;
  const begin = { at: BEGIN + HOUR, from: 'up', to: 'down', cause: 'override by root: maintenance' } as const;
  const end = { at: BEGIN + 9 * HOUR, from: 'down', to: 'up', cause: 'override by root is over' } as const;
  history.apply({ type: 'override', subject, ...begin, override });
  t.same(history.overrideOf(aurora), override);
  t.equal(history.overrideOf(boreas), undefined);
  history.apply({ type: 'override', subject, ...end });
  t.equal(history.overrideOf(aurora), undefined);
  const [past] = history.pasts(BEGIN + 10 * HOUR);
  t.match(past, { state: 'up', transitions: [begin, end] });
  t.same(timeOf(history, aurora, BEGIN + 10 * HOUR), { up: 10 * HOUR, down: 0 });
  t.equal(strikes(history, BEGIN + 10 * HOUR), 0);
});

t.test('an override of what is not probed is remembered for half a year, and counts no time', async (t) => {
  const history = createHistory();
  const transition = { from: 'up', to: 'down', cause: 'override: x' } as const;
  history.apply({ type: 'override', subject: aurora, at: BEGIN, ...transition });
  history.apply({ type: 'override', subject: aurora, at: BEGIN + DAY, ...transition });
  t.same(timeOf(history, aurora, BEGIN + 2 * DAY), { up: 0, down: 0 });
  const left = (days: number) => [...history.pasts(BEGIN + days * DAY)].length;
  t.same([left(180), left(182)], [1, 0]);
});

t.test('transitions are bounded', async (t) => {
  const history = watching(aurora);
  for (let i = 1; i <= 200; i++) fall(history, aurora, BEGIN + i * MINUTE);
  const [past] = history.pasts(BEGIN + DAY);
  t.equal(past?.transitions.length, 50);
  t.equal(past?.transitions.at(-1)?.at, BEGIN + 200 * MINUTE);
});

t.test('addresses that come and go are bounded, and those that are watched are not given up', async (t) => {
  const history = watching(aurora);
  for (let i = 0; i < 20_100; i++) {
    const subject = { ...boreas, address: `address ${i}` };
    history.apply({ type: 'watch', at: BEGIN + i, subject, state: 'up' });
    history.apply({ type: 'leave', at: BEGIN + i, subject });
  }
  const left = [...history.pasts(BEGIN + DAY)].map(({ subject }) => subject.address);
  t.equal(left.length, 20_000);
  t.ok(left.includes(aurora.address));
  t.equal([...history.pasts(BEGIN + 200 * DAY)].length, 1, 'and half a year later only who is there');
});

t.test('outages are forgotten after six months, and then mirrors with no address left', async (t) => {
  const history = watching(aurora, boreas);
  for (const subject of [aurora, boreas]) {
    fall(history, subject, BEGIN + HOUR);
    rise(history, subject, BEGIN + 2 * HOUR);
  }
  history.apply({ type: 'leave', at: BEGIN + 2 * HOUR, subject: boreas });
  const told = (now: number) => {
    const left = [...history.pasts(now)].map(({ subject }) => subject.mirror);
    return [left, [...history.mirrors(now)].map(({ mirror, outages }) => [mirror, outages.length])];
  };
  const names = ['aurora', 'boreas'];
  t.same(told(BEGIN + 180 * DAY), [names, names.map((name) => [name, 1])]);
  t.same(told(BEGIN + 181 * DAY), [['aurora'], [['aurora', 0]]]);
});

t.test('an address that comes when the most are watched has a history, and its outage ends', async (t) => {
  const others = Array.from({ length: 20_000 }, (_, i) => ({ ...boreas, address: `address ${i}` }));
  const history = watching(...others, aurora);
  fall(history, aurora, BEGIN + HOUR);
  rise(history, aurora, BEGIN + 2 * HOUR);
  t.same(timeOf(history, aurora, BEGIN + 4 * HOUR), { up: 3 * HOUR, down: HOUR });
  const told = [...history.mirrors(BEGIN + 4 * HOUR)].find(({ mirror }) => mirror === 'aurora');
  t.same(told?.outages, [{ from: BEGIN + HOUR, to: BEGIN + 2 * HOUR, ms: HOUR }]);
});

t.test('a clock that goes back counts no time twice', async (t) => {
  const history = watching(aurora);
  history.apply({ type: 'alive', at: BEGIN + HOUR });
  fall(history, aurora, BEGIN + HOUR - 10 * MINUTE);
  t.same(timeOf(history, aurora, BEGIN + HOUR + MINUTE), { up: HOUR, down: MINUTE });
});

t.test(
  '100 days of uptime stay that, and a minute of outage, when the clock is set by 251 days',
  async (t) => {
    const history = watching(aurora, boreas);
    let wall = BEGIN;
    const live = (ms: number): void => {
      wall += ms;
      history.apply({ type: 'alive', at: wall });
    };
    for (let day = 0; day < 100; day++) live(DAY);
    fall(history, aurora, wall);
    live(MINUTE);
    for (const ms of [251 * DAY, 3650 * DAY, -4000 * DAY]) {
      history.apply({ type: 'set', at: wall, ms });
      wall += ms;
      live(MINUTE);
      const now = history.time.now();
      t.same(timeOf(history, boreas, now, 180).down, 0);
      t.ok(timeOf(history, boreas, now, 180).up > 99 * DAY);
      t.ok(timeOf(history, aurora, now, 180).up > 99 * DAY);
      t.ok(timeOf(history, aurora, now, 180).down < 5 * MINUTE);
      t.equal(strikes(history, now), 0);
      t.equal(history.time.wallOf(now), wall, 'and what happens now is shown by the clock as it is');
    }
  },
);

t.test(
  'a start ten years ahead forgets nothing, and what came before is there when the clock is set right',
  async (t) => {
    for (const how of ['while it runs', 'at the next start'] as const) {
      const history = watching(aurora);
      fall(history, aurora, BEGIN + HOUR);
      rise(history, aurora, BEGIN + 2 * HOUR);
      history.apply({ type: 'alive', at: BEGIN + 10 * HOUR });
      const ahead = BEGIN + 3650 * DAY;
      history.apply({ type: 'start', at: ahead });
      history.apply({ type: 'watch', at: ahead, subject: aurora, state: 'up' });
      history.apply({ type: 'alive', at: ahead + HOUR });
      t.same(
        timeOf(history, aurora, history.time.now(), 180),
        { up: HOUR, down: 0 },
        'as if it had been off',
      );
      t.equal(strikes(history, history.time.now()), 0);
      if (how === 'while it runs') {
        history.apply({ type: 'set', at: ahead + HOUR, ms: -3650 * DAY + 10 * HOUR });
        history.apply({ type: 'alive', at: BEGIN + 11 * HOUR });
      } else history.apply({ type: 'start', at: BEGIN + 11 * HOUR });
      const now = history.time.now();
      t.same(timeOf(history, aurora, now, 180), { up: 10 * HOUR, down: HOUR }, how);
      t.equal(strikes(history, now), 1);
      const [past] = history.pasts(now);
      t.same(
        past?.transitions.map(({ at }) => history.time.wallOf(at)),
        [BEGIN + HOUR, BEGIN + 2 * HOUR],
      );
    }
  },
);
