import t from 'tap';
import {
  causeOfBeginning,
  causeOfEnd,
  type HeldOverride,
  heldOf,
  sameOverride,
  stateUnder,
} from '../../src/history/override-words.js';

const until = Date.UTC(2027, 0, 31, 18);
const full: HeldOverride = { state: 'down', reason: 'maintenance', by: 'root', until };

t.test('who, why and until when', async (t) => {
  t.equal(causeOfBeginning(full), 'override by root: maintenance until 2027-01-31T18:00:00.000Z');
  t.equal(causeOfBeginning({ state: 'up', reason: 'the probe is wrong' }), 'override: the probe is wrong');
  t.equal(causeOfEnd(full, until), 'override by root is over: maintenance');
  t.equal(causeOfEnd(full, until - 1), 'override by root was taken back: maintenance');
  t.equal(causeOfEnd({ state: 'down', reason: 'x' }, until), 'override was taken back: x');
});

t.test('what is kept of an override, and when two are the same', async (t) => {
  const said = { zone: 'z', mirror: 'm', reason: 'maintenance', by: 'root', since: 5, until, file: 'z.yaml' };
  t.same(heldOf(said), full, 'down unless it says up; since when does not matter');
  t.same(heldOf({ zone: 'z', mirror: 'm', reason: 'x', since: 5, state: 'up' }), {
    state: 'up',
    reason: 'x',
  });
  t.ok(sameOverride(full, { ...full }));
  t.ok(sameOverride(undefined, undefined));
  for (const part of [{ state: 'up' }, { reason: 'r' }, { by: 'eve' }, { until: 1 }] as const) {
    t.notOk(sameOverride(full, { ...full, ...part }));
  }
  t.notOk(sameOverride(full, undefined));
});

t.test('an override is what answers show', async (t) => {
  t.equal(stateUnder('up', full), 'disabled');
  t.equal(stateUnder('down', { state: 'up', reason: 'x' }), 'up');
  t.equal(stateUnder('unknown', undefined), 'unknown');
});
