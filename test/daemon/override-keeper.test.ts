import t from 'tap';
import { type FleetOverrides, keepOverrides } from '../../src/daemon/override-keeper.js';
import type { SharedOverride } from '../../src/fleet/documents.js';
import { createOverrides, type Override } from '../../src/health/overrides.js';
import { parseZone } from '../../src/zone/parse-zone.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { zoneText } from '../zone/zone-text.js';

function scene(
  initial: readonly Override[] = [],
  effects: readonly string[] = [],
  fleet: { readonly fleet?: FleetOverrides } = {},
) {
  const parsed = parseZone(zoneText(), 'z.yaml');
  if ('faults' in parsed) throw new Error('a sound zone');
  const clock = createFakeClock();
  const log = createRecordingLog();
  const overrides = createOverrides(initial);
  const done: string[] = [];
  const keeper = keepOverrides({
    overrides,
    clock,
    log,
    zones: () => [parsed.zone],
    effectsOf: () => effects,
    standingOf: () => 'up',
    save: async () => void done.push('saved'),
    publish: async () => void done.push('published'),
    ...fleet,
  });
  return { clock, log, overrides, keeper, done, zone: parsed.zone.name };
}

t.test('an end that is no RFC 3339, or is over, is refused, and nothing is disabled', async (t) => {
  const { clock, overrides, keeper, zone } = scene();
  for (const until of ['9999', '9999-01-01', 'tomorrow', new Date(clock.now()).toISOString()]) {
    await t.rejects(keeper.disable({ mirror: 'aurora', reason: 'x', until }), {
      code: 'REQUEST_REFUSED',
      message: `until ${until}: expected a time to come, as RFC 3339`,
    });
  }
  t.equal(overrides.of(zone, 'aurora'), undefined);
  keeper.stop();
});

t.test('enable tells that the file disables it, and takes back what was said beside that', async (t) => {
  const { clock, overrides, keeper, done, zone } = scene();
  overrides.state([{ zone, mirror: 'aurora', reason: 'r', since: 0, file: 'z.yaml' }], clock.now());
  await t.rejects(keeper.enable({ mirror: 'aurora' }), {
    code: 'REQUEST_REFUSED',
    message: /disabled by its zone file \(r\): take it out of "overrides" in z\.yaml/,
  });
  await keeper.disable({ mirror: 'aurora', reason: 'mine', by: 'alice' });
  t.match(overrides.of(zone, 'aurora'), { reason: 'mine', by: 'alice' });
  done.length = 0;
  await t.rejects(keeper.enable({ mirror: 'aurora' }), { code: 'REQUEST_REFUSED' });
  t.match(overrides.of(zone, 'aurora'), { reason: 'r' });
  t.same(done.sort(), ['published', 'saved']);
  keeper.stop();
});

t.test('a mirror that the file holds up may be enabled, to no effect', async (t) => {
  const { clock, overrides, keeper, zone } = scene();
  overrides.state(
    [{ zone, mirror: 'aurora', reason: 'r', since: 0, file: 'z.yaml', state: 'up' }],
    clock.now(),
  );
  t.match(await keeper.enable({ mirror: 'aurora' }), { changed: false });
  keeper.stop();
});

t.test('what takes too much away from a pool is refused, unless it is forced', async (t) => {
  const effects = ['dl.example.org (ipv4) would have no address left'];
  const { overrides, keeper, done, zone } = scene([], effects);
  await t.rejects(keeper.disable({ mirror: 'aurora', reason: 'x' }), {
    code: 'REQUEST_REFUSED',
    message: /^aurora is not disabled; use --force/,
    details: effects,
  });
  t.equal(overrides.of(zone, 'aurora'), undefined);
  t.same(done, []);
  t.match(await keeper.disable({ mirror: 'aurora', reason: 'x', force: true }), { changed: true, effects });
  t.match(await keeper.enable({ mirror: 'aurora' }), { all: [{ changed: true, standing: 'up' }] });
  keeper.stop();
});

t.test('the fleet hears what is said here, unless it is for this server alone', async (t) => {
  const shared: string[] = [];
  let said: NonNullable<SharedOverride['said']> = { reason: 'of the fleet', since: 1 };
  const fleet: FleetOverrides = {
    share: async (mirrors, said) => {
      for (const { mirror } of mirrors) shared.push(`${mirror} ${said?.reason} ${said?.force}`);
    },
    heardBy: async () => [{ member: 'ns2', state: 'silent' }],
    of: ({ zone, mirror }) => ({ zone, mirror, stamp: [1, 0], member: 'ns2', said }),
  };
  const { clock, overrides, keeper, zone } = scene([], [], { fleet });
  const mine = await keeper.disable({ mirror: 'aurora', reason: 'mine', local: true });
  t.equal(mine.members, undefined);
  t.match(overrides.of(zone, 'aurora'), { reason: 'mine', local: true });
  t.match(await keeper.enable({ mirror: 'aurora', local: true }), { changed: true });
  t.match(
    overrides.of(zone, 'aurora'),
    { reason: 'of the fleet', member: 'ns2' },
    'what all say holds again',
  );
  t.same(shared, []);
  await t.rejects(keeper.enable({ mirror: 'aurora', local: true }), {
    message: /disabled for the whole fleet: enable it without --local/,
  });
  const members = [{ member: 'ns2', state: 'silent' as const }];
  t.match(await keeper.enable({ mirror: 'aurora' }), { members });
  const until = new Date(clock.now() + 3_600_000).toISOString();
  const asked = { mirror: 'aurora', reason: 'disks', force: true, until, lasts: 3_600_000 };
  t.match(await keeper.disable(asked), { members });
  t.same(shared, ['aurora undefined undefined', 'aurora disks true']);
  said = { reason: 'disks', since: clock.now(), force: true };
  // The others, too, are told that it ends earlier, and that it was forced.
  clock.jump(-86_400_000);
  keeper.clockSet();
  t.equal(shared[2], 'aurora disks true');
  keeper.stop();
});

t.test('a member that may not speak for all speaks for itself', async (t) => {
  const fleet: FleetOverrides = {
    share: undefined,
    heardBy: () => t.fail('nobody else is told') as never,
    of: ({ zone, mirror }) => ({
      ...{ zone, mirror, stamp: [1, 0], member: 'ns2' },
      said: { reason: 'of the fleet', since: 1 },
    }),
  };
  const { overrides, keeper, zone } = scene([], [], { fleet });
  await keeper.disable({ mirror: 'aurora', reason: 'mine' });
  t.equal(overrides.of(zone, 'aurora')?.local, true);
  await keeper.enable({ mirror: 'aurora' });
  t.match(
    overrides.of(zone, 'aurora'),
    { reason: 'of the fleet', member: 'ns2' },
    'what all say holds again',
  );
  await t.rejects(keeper.enable({ mirror: 'aurora' }), {
    code: 'REQUEST_REFUSED',
    message: /is disabled for the whole fleet: enable it on ns2$/,
  });
  t.match(overrides.of(zone, 'aurora'), { member: 'ns2' });
  keeper.stop();
});

t.test('what was said before there was a fleet is taken back as ever', async (t) => {
  const fleet: FleetOverrides = { share: undefined, heardBy: async () => [], of: () => undefined };
  const said = { zone: 'dl.example.org', mirror: 'aurora', reason: 'old', since: 0 };
  const { keeper } = scene([said], [], { fleet });
  t.match(await keeper.enable({ mirror: 'aurora' }), { changed: true });
  keeper.stop();
});
