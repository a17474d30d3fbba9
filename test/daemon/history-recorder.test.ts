import t from 'tap';
import { createHistoryRecorder } from '../../src/daemon/history-recorder.js';
import { createOverrides, type Override } from '../../src/health/overrides.js';
import type { TargetState } from '../../src/health/watched-targets.js';
import { createHistory } from '../../src/history/history.js';
import type { HistoryEvent, Transition } from '../../src/history/history-event.js';
import { targetKey } from '../../src/probe/target.js';
import type { Probe } from '../../src/zone/probe-forms.js';
import { targetOf } from '../health/targets.js';

const BEGIN = Date.UTC(2026, 0, 1);
const ZONE = 'dl.example.org';

/** Two addresses of aurora and one of boreas, all up. */
function states(probe?: Probe): ReadonlyMap<string, TargetState> {
  const targets = [
    targetOf('192.0.2.10', { ...(probe !== undefined && { probe }) }),
    targetOf('2001:db8::10'),
    targetOf('192.0.2.20', { mirror: 'boreas' }),
  ];
  return new Map(
    targets.map((target) => [
      targetKey(target),
      { target, state: { verdict: 'up', streak: 0, since: BEGIN }, pending: false, checks: [] },
    ]),
  );
}

function scene(history = createHistory()) {
  let now = BEGIN;
  const events: HistoryEvent[] = [];
  const recorder = createHistoryRecorder(
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
  return { history, recorder: recorder, causes, setTime: (at: number) => (now = at) };
}

function words({ from, to, cause }: Transition): string {
  return `${from} ${to} ${cause}`;
}

const said: Override = { zone: ZONE, mirror: 'aurora', reason: 'disk', by: 'alice', since: BEGIN };

t.test(
  'an override of a mirror is told of each of its addresses, when it begins and when it ends',
  async (t) => {
    const { recorder, causes } = scene();
    const overrides = createOverrides();
    const tell = (): void => recorder.overridesChanged(states().values(), overrides);
    tell();
    t.same(causes(), []);
    overrides.add(said);
    tell();
    t.same(causes(), [
      '192.0.2.10 up disabled override by alice: disk',
      '2001:db8::10 up disabled override by alice: disk',
    ]);
    tell();
    t.same(causes(), [], 'once');
    overrides.add({ ...said, by: 'bob', reason: 'fan' });
    tell();
    t.match(causes(), ['192.0.2.10 disabled disabled override by bob: fan', String]);
    overrides.remove(ZONE, 'aurora');
    tell();
    t.match(causes(), ['192.0.2.10 disabled up override by bob was taken back: fan', String]);
  },
);

t.test('in a fleet a turn has what was counted, and who sees it down', async (t) => {
  const causes: (string | undefined)[] = [];
  const recorder = createHistoryRecorder(
    (event) => causes.push(event.type === 'turn' ? event.cause : undefined),
    () => BEGIN,
    () => undefined,
    () => ({
      verdict: 'up',
      members: [
        { member: 'ns1', state: 'down', since: 'noon' },
        { member: 'ns2', state: 'up' },
        { member: 'ns3' },
      ],
    }),
  );
  const [first] = states().values();
  if (first === undefined) throw new Error('there is one');
  const turned = { ...first, key: '', checks: [] };
  recorder.verdictsChanged([
    { ...turned, before: 'down' },
    { ...turned, before: 'up', state: { ...first.state, verdict: 'down', cause: 'refused' } },
  ]);
  t.same(causes, [
    '1 of 3 members see it up, 1 down; down on ns1 since noon',
    'refused; down on ns1 since noon',
  ]);
});

t.test('a restart is no news of what holds on, and tells what ended meanwhile', async (t) => {
  const before = scene();
  const until = BEGIN + 1000;
  const both = [said, { ...said, mirror: 'boreas', until }];
  before.recorder.overridesChanged(states().values(), createOverrides(both));
  t.equal(before.causes().length, 3);
  const after = scene(before.history);
  after.recorder.overridesChanged(states().values(), createOverrides(both));
  t.same(after.causes(), []);
  const later = scene(before.history);
  later.setTime(until);
  later.recorder.overridesChanged(states().values(), createOverrides([said]));
  t.same(later.causes(), ['192.0.2.20 disabled up override by alice is over: disk']);
});

t.test('a mirror that is not probed has overrides to remember', async (t) => {
  const { recorder, causes, history } = scene();
  const unprobed = states({ type: 'none' });
  recorder.setTargets(unprobed.values());
  recorder.overridesChanged(unprobed.values(), createOverrides([{ ...said, state: 'up' }]));
  t.match(causes(), ['192.0.2.10 up up override by alice: disk', String]);
  const [past] = [...history.pasts(BEGIN)].filter(({ subject }) => subject.address === '192.0.2.10');
  t.match(past, { watched: false, transitions: [{ cause: 'override by alice: disk' }] });
});
