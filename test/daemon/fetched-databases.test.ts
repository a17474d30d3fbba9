/** Databases that are fetched while a server starts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { systemClock } from '../../src/clock.js';
import { startFetching } from '../../src/daemon/fetched-databases.js';
import { smallCity } from '../e2e/places.js';
import { until } from '../e2e/program.js';
import { startFakeUpdateServer } from '../update/fake-update-server.js';
import { filesIn, keptLog, scratch } from '../update/scenery.js';

const EDITION = 'GeoLite2-City';

t.test(
  'a start that fails while a fetched database waits to be served ends, and the old one comes back',
  async (t) => {
    const server = await startFakeUpdateServer();
    t.teardown(() => server.close());
    await server.publish(EDITION, smallCity(1_750_000_001, EDITION));
    const directory = await scratch(t);
    const update = {
      accountId: '42',
      licenseKey: 'Sesame',
      editions: [EDITION],
      schedule: '0 0 1 1 *',
      host: server.host,
    };
    const tools = { clock: systemClock, random: () => 0.5, log: keptLog() };
    const fetching = await startFetching({ geo: { update } }, filesIn(directory), tools);
    const run = fetching.updater?.updateNow();
    const path = join(directory, `${EDITION}.mmdb`);
    await until(() => existsSync(path) || undefined, 'the database in its place');
    await fetching.stop();
    t.match(await run, [{ outcome: 'failed', reason: 'the server ended before it served' }]);
    t.notOk(existsSync(path), 'there was none');
  },
);
