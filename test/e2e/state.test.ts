/**
 * What may be wrong with the state directory, or with what the system gives: a start goes on with what it has, or says in
 * words what is missing.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ODD_FILES, putInPlace } from '../state/odd-files.js';
import { udpClient } from './dns-client.js';
import { runProgram } from './program.js';
import { makeHome, startServer } from './server.js';

const zones = {
  'dl.example.org.yaml': `
zone: dl.example.org
ns: [ns1.example.net]
pools:
  "@": { answers: 1, probe: { type: none } }
mirrors:
  aurora: { addresses: [192.0.2.1] }
`,
};

t.test('too few descriptors are said in words', async (t) => {
  const { dir } = await makeHome(t, { zones });
  for (const most of [32, 64]) {
    const under = ['sh', '-c', `ulimit -n ${most}; exec "$@"`, 'sh'];
    const { code, stderr } = await runProgram(['serve', '--config', 'geopool.yaml'], { cwd: dir, under });
    t.equal(code, 1);
    t.match(stderr, /^geopool: .*may open too few files.*\(ulimit -n, LimitNOFILE=\): [^\n]*\n$/);
  }
});

t.test('whatever lies in the state directory, it starts and answers', async (t) => {
  const home = await makeHome(t, { zones, config: 'geo: {}\n' });
  await (await startServer(t, { home })).stop();
  const state = join(home.dir, 'state');
  const [map = ''] = await readdir(join(state, 'maps'));
  await mkdir(join(state, 'geo'), { recursive: true });
  for (const odd of Object.keys(ODD_FILES)) {
    for (const name of [
      'zones/dl.example.org.yaml',
      `maps/${map}`,
      'geo/GeoLite2-City.mmdb',
      'geo/GeoLite2-ASN.mmdb',
    ]) {
      putInPlace(odd, join(state, name));
    }
    const server = await startServer(t, { home });
    const client = await udpClient(t, server);
    t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.1'], odd);
    t.match((await server.stop()).code, 0, odd);
  }
});
