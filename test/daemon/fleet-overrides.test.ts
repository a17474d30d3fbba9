/** What is said of mirrors here is told to the others, and who said it hears where it holds. */
import t, { type Test } from 'tap';
import { openFleetEntries } from '../../src/daemon/fleet-entries.js';
import { SHARED_OVERRIDES } from '../../src/daemon/fleet-files.js';
import { createFleetOverrides } from '../../src/daemon/fleet-overrides.js';
import { type MirrorName, nameOf } from '../../src/daemon/mirror-name.js';
import type { PassedOverride, SharedOverride } from '../../src/fleet/documents.js';
import { createSharedEntries } from '../../src/fleet/shared-entries.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const AURORA = { zone: 'dl.example.org', mirror: 'aurora' };

async function scene(t: Test, isShared = true) {
  const clock = createFakeClock();
  const files = createStateFiles({ directory: t.testdir(), clock, log: createRecordingLog() });
  const entries = await openFleetEntries<MirrorName, SharedOverride>({
    ...{ files, kind: SHARED_OVERRIDES, self: 'ns1', clock, publish: () => undefined },
    entries: (initial) => createSharedEntries({ self: 'ns1', keyOf: nameOf, mostOfMember: 100, initial }),
  });
  const heard = new Map<string, readonly PassedOverride[] | undefined>();
  return {
    ...{ clock, entries, heard },
    overrides: createFleetOverrides({ self: 'ns1', isShared, entries, heard: () => heard, clock }),
  };
}

t.test('what is said, and taken back, and on whom it holds', async (t) => {
  const { clock, entries, heard, overrides } = await scene(t);
  heard.set('ns2', []);
  await overrides.share?.([AURORA]);
  t.same(entries.list(), [], 'there was nothing to take back');
  t.same(await overrides.heardBy([AURORA]), [], 'so nobody is waited for');
  await overrides.share?.([AURORA], { reason: 'disks', since: clock.now() });
  t.match(overrides.of(AURORA), { member: 'ns1', said: { reason: 'disks' } });
  const hearing = overrides.heardBy([AURORA]);
  heard.set('ns2', entries.list());
  overrides.changed();
  t.same(await hearing, [{ member: 'ns2', state: 'holds' }]);
  await overrides.share?.([AURORA]);
  const silent = overrides.heardBy([AURORA]);
  heard.set('ns2', undefined);
  overrides.changed();
  t.same(await silent, [{ member: 'ns2', state: 'silent' }]);
  await entries.close();
});

t.test('a member that may not speak for all shares nothing', async (t) => {
  const { entries, overrides } = await scene(t, false);
  t.equal(overrides.share, undefined);
  await entries.close();
});
