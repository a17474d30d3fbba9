/** What operators said on any member is on this server's disk, whoever else is gone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openFleetEntries } from '../../src/daemon/fleet-entries.js';
import { SHARED_OVERRIDES } from '../../src/daemon/fleet-files.js';
import { type MirrorName, nameOf } from '../../src/daemon/mirror-name.js';
import type { SharedOverride } from '../../src/fleet/documents.js';
import { createSharedEntries } from '../../src/fleet/shared-entries.js';
import { DAY_MS } from '../../src/platform/time.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

async function open(t: Test, directory = t.testdir()) {
  const clock = createFakeClock();
  const files = createStateFiles({ directory, clock, log: createRecordingLog() });
  let published = 0;
  const entries = await openFleetEntries<MirrorName, SharedOverride>({
    ...{ files, kind: SHARED_OVERRIDES, self: 'ns1', clock },
    entries: (initial) => createSharedEntries({ self: 'ns1', keyOf: nameOf, mostOfMember: 2, initial }),
    publish: () => published++,
  });
  const made = (mirror: string, member: string) => (stamp: SharedOverride['stamp']) => ({
    ...{ zone: 'dl.example.org', mirror, member, stamp },
    said: { reason: 'disk full', since: clock.now() },
  });
  const text = () => readFileSync(join(directory, SHARED_OVERRIDES.name), 'utf8');
  return { clock, entries, directory, made, published: () => published, text };
}

t.test('what is said here is published, and durable when that is acknowledged', async (t) => {
  const { clock, entries, directory, made, published, text } = await open(t);
  await entries.say([made('aurora', 'ns1'), made('boreas', 'ns1')]);
  t.equal(published(), 1);
  t.match(text(), /"aurora"/);
  await t.rejects(entries.say([made('corvus', 'ns1')]), {
    code: 'REQUEST_REFUSED',
    message: /^it holds on this server alone: the fleet has no room for more/,
  });
  const heard = made('dune', 'ns2')([clock.now(), 0]);
  t.same(entries.hear([heard], 'ns2'), [heard]);
  t.same(entries.hear([heard], 'ns2'), []);
  t.equal(published(), 1, 'what others say they publish themselves');
  await entries.close();
  t.match(text(), /"dune"/);
  const again = await open(t, directory);
  t.same(
    again.entries.list().map(({ mirror }) => mirror),
    ['aurora', 'boreas', 'dune'],
  );
  t.same(
    again.entries.published().map(({ mirror }) => mirror),
    ['boreas', 'aurora', 'dune'],
  );
  t.equal(again.entries.of({ zone: 'dl.example.org', mirror: 'dune' })?.member, 'ns2');
  await again.entries.close();
});

t.test('what was said while the clock was far ahead is published and kept with another stamp', async (t) => {
  const { clock, entries, directory, made, published } = await open(t);
  const ahead = made('aurora', 'ns1')([clock.now() + DAY_MS, 0]);
  await entries.say([() => ahead]);
  t.equal(published(), 1);
  entries.restamp();
  entries.restamp();
  t.equal(published(), 2);
  await entries.close();
  const again = await open(t, directory);
  t.same(again.entries.list(), [{ ...ahead, stamp: [clock.now(), 0] }]);
  await again.entries.close();
});
