import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { keepHostnames, readHostnames } from '../../src/daemon/hostnames-file.js';
import { parseAddress } from '../../src/ip/address.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

t.test('the file', async (t) => {
  const log = createRecordingLog();
  const directory = t.testdir();
  const files = createStateFiles({ directory, clock: createFakeClock(), log });
  const addresses = ['192.0.2.1', '2001:db8::1'].flatMap((text) => parseAddress(text) ?? []);
  const known = new Map([['a.example', addresses]]);
  t.equal((await readHostnames(files)).size, 0);
  await keepHostnames(files, () => known).flush();
  t.same(await readHostnames(files), known);
  await writeFile(
    join(directory, 'hostnames.json'),
    '{"version":1,"hostnames":{"a.example":["192.0.2.1","2001:db8::1","nonsense"]}}',
  );
  t.same(await readHostnames(files), known, 'of version 1, but for what is no address');
  t.same(log.lines, []);
});
