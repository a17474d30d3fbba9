/**
 * The example zones of `zones/`, as `npm start` serves them: built-in defaults, the embedded database, dig as the client.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { makeHome, startServer } from './server.js';
import { missing, runTool } from './tools.js';

const EXAMPLES = join(process.cwd(), 'zones');
const files = readdirSync(EXAMPLES).filter((file) => file.endsWith('.yaml'));

/** One of the examples probes its mirrors; in a test that must not leave this host. */
function onLoopback(text: string): string {
  if (!/type: https?$/m.test(text)) return text;
  return text
    .replaceAll(/\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.(?=1\d\d\b)/g, '127.0.0.')
    .replaceAll('2001:db8:a::102', '::1');
}

t.test('check finds nothing wrong with any of them', async (t) => {
  const home = await makeHome(t);
  const { code, stdout, stderr } = await home.run('check', '--zones', EXAMPLES);
  t.equal(code, 0, stderr);
  t.equal(stdout.trimEnd().split('\n').length, files.length);
});

t.test('all of them are served with the settings that are built in', async (t) => {
  const zones = Object.fromEntries(
    files.map((file) => [file, onLoopback(readFileSync(join(EXAMPLES, file), 'utf8'))]),
  );
  const server = await startServer(t, { zones, config: '' });
  const { zones: served, refused, geo, geo_problems } = await server.status();
  t.same(
    served.map(({ zone }) => `${zone}.yaml`),
    files,
  );
  t.same(refused, []);
  t.same(geo_problems, []);
  t.match(geo, [{ source: 'embedded' }]);

  await t.test(
    'a client in Germany and one in the United States get different mirrors',
    { skip: missing('dig') },
    async (t) => {
      const ask = async (subnet: string): Promise<string[]> => {
        const args = ['@127.0.0.1', '-p', String(server.port), 'dl.example.org', 'A', `+subnet=${subnet}`];
        const answer = await runTool('dig', [...args, '+short']);
        return answer.trimEnd().split('\n').sort();
      };
      // The nearest two to each, as the comments in the file promise.
      t.same(await ask('193.99.144.0/24'), ['192.0.2.10', '192.0.2.20']);
      t.same(await ask('8.8.8.0/24'), ['198.51.100.10', '198.51.100.20']);
    },
  );

  await t.test(
    'every zone answers for its SOA, and every pool has addresses',
    { skip: missing('dig') },
    async (t) => {
      for (const { zone, pools } of served) {
        const soa = await runTool('dig', ['@127.0.0.1', '-p', String(server.port), zone, 'SOA']);
        t.match(soa, /status: NOERROR[\s\S]*flags: qr aa rd;[\s\S]*\tSOA\t/, zone);
        for (const { name } of pools) {
          const answer = await runTool('dig', ['@127.0.0.1', '-p', String(server.port), name, 'A', '+short']);
          t.match(answer, /^[\d.]+$/m, name);
        }
      }
    },
  );
});
