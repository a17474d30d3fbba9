/** How a database that was fetched comes to serve. */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openFetching } from '../../src/daemon/fetched-databases.js';
import type { GeoSources } from '../../src/geo/geo-sources.js';
import { systemClock } from '../../src/platform/clock.js';
import { smallCity } from '../e2e/places.js';
import { startFakeUpdateServer } from '../update/fake-update-server.js';
import { filesIn, keptLog, scratch } from '../update/scenery.js';

const EDITION = 'GeoLite2-City';

/** Fetches a database into a server that serves from these sources after it was reloaded. */
async function fetched(t: Test, sources: (path: string) => GeoSources) {
  const server = await startFakeUpdateServer();
  t.teardown(() => server.close());
  await server.publish(EDITION, smallCity(1_750_000_001, EDITION));
  const directory = await scratch(t);
  const path = join(directory, `${EDITION}.mmdb`);
  const update = {
    accountId: '42',
    licenseKey: 'Sesame',
    editions: [EDITION],
    schedule: '0 0 1 1 *',
    host: server.host,
  };
  let reloads = 0;
  const fetching = await openFetching({
    clock: systemClock,
    random: () => 0.5,
    log: keptLog(),
    settings: { geo: { update } },
    files: filesIn(directory),
    sources: () => sources(path),
    held: () => [],
    reload: async () => {
      reloads++;
      return { generation: 2, zones: 1, faults: ['a fault'] };
    },
  });
  t.teardown(() => fetching.stop());
  const [result] = (await fetching.updater()?.updateNow()) ?? [];
  return { result, reloads };
}

const embedded: GeoSources = {
  location: { path: 'embedded.mmdb', source: 'embedded' },
  problems: [],
  passedOver: [],
};

t.test('one that serves after a reload is good', async (t) => {
  const { result, reloads } = await fetched(t, (path) => ({
    ...embedded,
    location: { path, source: 'updated' },
  }));
  t.match(result, { outcome: 'updated' });
  t.equal(reloads, 1);
});

t.test('one that is not wanted, since another comes before it, is good too', async (t) => {
  const { result } = await fetched(t, () => embedded);
  t.match(result, { outcome: 'updated' });
});

t.test('one that was passed over is refused, by its own path and no other that looks alike', async (t) => {
  const { result } = await fetched(t, (path) => ({
    ...embedded,
    problems: [`${path}.old: of another kind`, 'it locates nobody'],
    passedOver: [`${path}.old`, path],
  }));
  t.match(result, { outcome: 'failed', reason: /it locates nobody/ });
});
