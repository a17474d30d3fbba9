import t from 'tap';
import { createRemembering } from '../../src/daemon/remembering.js';
import { createHistory } from '../../src/health/history.js';
import type { HistoryEvent, Transition } from '../../src/health/history-event.js';
import { createOverrides, type Override } from '../../src/health/overrides.js';
import { targetKey } from '../../src/health/target.js';
import type { Watched } from '../../src/health/watched.js';
import type { Probe } from '../../src/zone/model.js';
import { targetOf } from '../health/targets.js';

const BEGIN = Date.UTC(2026, 0, 1);
const ZONE = 'dl.example.org';

/** Two addresses of aurora and one of boreas, all up. */
function standings(probe?: Probe): ReadonlyMap<string, Watched> {
  const targets = [
    targetOf('192.0.2.10', { ...(probe !== undefined && { probe }) }),
    targetOf('2001:db8::10'),
    targetOf('192.0.2.20', { mirror: 'boreas' }),
  ];
  return new Map(
    targets.map((target) => [
      targetKey(target),
      { target, standing: { verdict: 'up', streak: 0, since: BEGIN }, pending: false, checks: [] },
    ]),
  );
}

function scene(history = createHistory()) {
  let now = BEGIN;
  const events: HistoryEvent[] = [];
  const remembering = createRemembering(
    (happening) => {
      const event = { ...happening, at: now };
      events.push(event);
      history.apply(event);
    },
    () => now,
    history.overrideOf,
  );
  const causes = (): string[] =>
    events
      .splice(0)
      .flatMap((event) => (event.type === 'override' ? [`${event.subject.address} ${words(event)}`] : []));
  return { history, remembering, causes, setTime: (at: number) => (now = at) };
}

function words({ from, to, cause }: Transition): string {
  return `${from} ${to} ${cause}`;
}

const said: Override = { zone: ZONE, mirror: 'aurora', reason: 'disk', by: 'alice', since: BEGIN };

t.test(
  'an override of a mirror is told of each of its addresses, when it begins and when it ends',
  async (t) => {
    const { remembering, causes } = scene();
    const overrides = createOverrides();
    const tell = (): void => remembering.overridden(standings(), overrides);
    tell();
    t.same(causes(), []);
    overrides.add(said);
    tell();
    t.same(causes(), [
      '192.0.2.10 up down override by alice: disk',
      '2001:db8::10 up down override by alice: disk',
    ]);
    tell();
    t.same(causes(), [], 'once');
    overrides.add({ ...said, by: 'bob', reason: 'fan' });
    tell();
    t.match(causes(), ['192.0.2.10 down down override by bob: fan', String]);
    overrides.remove(ZONE, 'aurora');
    tell();
    t.match(causes(), ['192.0.2.10 down up override by bob was taken back: fan', String]);
  },
);

t.test('a restart is no news of what holds on, and tells what ended meanwhile', async (t) => {
  const before = scene();
  const until = BEGIN + 1000;
  const both = [said, { ...said, mirror: 'boreas', until }];
  before.remembering.overridden(standings(), createOverrides(both));
  t.equal(before.causes().length, 3);
  const after = scene(before.history);
  after.remembering.overridden(standings(), createOverrides(both));
  t.same(after.causes(), []);
  const later = scene(before.history);
  later.setTime(until);
  later.remembering.overridden(standings(), createOverrides([said]));
  t.same(later.causes(), ['192.0.2.20 down up override by alice is over: disk']);
});

t.test('a mirror that is not probed has overrides to remember', async (t) => {
  const { remembering, causes, history } = scene();
  const unprobed = standings({ type: 'none' });
  remembering.follow(unprobed);
  remembering.overridden(unprobed, createOverrides([{ ...said, state: 'up' }]));
  t.match(causes(), ['192.0.2.10 up up override by alice: disk', String]);
  const [past] = [...history.pasts(BEGIN)].filter(({ subject }) => subject.address === '192.0.2.10');
  t.match(past, { watched: false, transitions: [{ cause: 'override by alice: disk' }] });
});
