/** Overrides of other members: they hold here, unless a pool would be in panic or empty by it. */
import t from 'tap';
import { createOverrideAdoption } from '../../src/daemon/override-adoption.js';
import type { SharedOverride } from '../../src/fleet/documents.js';
import { createOverrides, type Override } from '../../src/health/overrides.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const zone = 'dl.example.org';

function scene(initial: readonly Override[] = []) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const overrides = createOverrides(initial);
  const published: string[] = [];
  /** What a further one would take away. */
  const effects: string[] = [];
  const adoption = createOverrideAdoption({
    ...{ overrides, clock, log },
    effectsOf: () => [...effects],
    publish: (mirrors) => published.push(...mirrors),
  });
  const word = (more: Partial<NonNullable<SharedOverride['said']>> = {}): SharedOverride => ({
    ...{ zone, mirror: 'aurora', member: 'ns2', stamp: [clock.now(), 0] },
    said: { reason: 'disk full', since: clock.now(), ...more },
  });
  const takenBack = (): SharedOverride => ({
    ...{ zone, mirror: 'aurora', member: 'ns3', stamp: [clock.now(), 1] },
  });
  return { clock, log, overrides, adoption, published, effects, word, takenBack };
}

t.test('what others say holds, with who said it, until it is taken back', async (t) => {
  const { log, overrides, adoption, published, word, takenBack } = scene();
  const said = word({ by: 'alice' });
  t.equal(adoption.adopt([said]), true);
  t.match(overrides.of(zone, 'aurora'), { reason: 'disk full', by: 'alice', member: 'ns2' });
  t.equal(adoption.adopt([said]), false, 'it holds already');
  t.equal(adoption.adopt([takenBack()]), true);
  t.equal(overrides.of(zone, 'aurora'), undefined);
  t.equal(adoption.adopt([takenBack()]), false);
  t.same(published, [`${zone}/aurora`, `${zone}/aurora`]);
  t.match(log.lines, [
    { event: 'mirror-disabled', member: 'ns2', by: 'alice' },
    { event: 'mirror-enabled', member: 'ns3' },
  ]);
});

t.test('what is over does not hold, and what is for this server alone stays', async (t) => {
  const local: Override = { zone, mirror: 'aurora', reason: 'mine', since: 0, local: true };
  const { clock, overrides, adoption, word, takenBack } = scene([local]);
  t.equal(adoption.adopt([word()]), false);
  t.equal(adoption.adopt([takenBack()]), false);
  t.equal(overrides.of(zone, 'aurora'), local);
  t.equal(adoption.adopt([{ ...word({ until: clock.now() }), mirror: 'boreas' }]), false);
  t.equal(overrides.of(zone, 'boreas'), undefined);
});

t.test('one that would bring a pool into panic is withheld until that is over', async (t) => {
  const { overrides, adoption, effects, word, takenBack } = scene();
  effects.push('the pool would be in panic');
  t.equal(adoption.adopt([word()]), false);
  t.same(adoption.withheld(), [
    { zone, mirror: 'aurora', member: 'ns2', reason: 'disk full', effects: [...effects] },
  ]);
  t.equal(adoption.adopt([]), false);
  t.equal(adoption.withheld().length, 1);
  effects.length = 0;
  t.equal(adoption.adopt([]), true);
  t.match(overrides.of(zone, 'aurora'), { reason: 'disk full' });
  t.same(adoption.withheld(), []);

  effects.push('the pool would be in panic');
  t.equal(adoption.adopt([word({ reason: 'still' })]), true, 'what it took away is gone already');
  adoption.adopt([takenBack()]);
  adoption.adopt([word()]);
  t.equal(adoption.adopt([takenBack()]), false);
  t.same(adoption.withheld(), [], 'nor is it said any more when it is taken back');
  adoption.adopt([word()]);
  adoption.forget([{ zone, mirror: 'aurora' }]);
  t.same(adoption.withheld(), [], 'or when something else is said here');
  t.equal(adoption.adopt([word({ force: true })]), true, 'with --force it holds all the same');
  t.equal(overrides.of(zone, 'aurora')?.state, undefined);
});
