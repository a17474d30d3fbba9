/**
 * The program as `npm run build` makes it, which is what users have: one file per thread, libraries included. All other
 * tests run the compiler's output.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { hook } from '../notify/hook.js';
import { addressesOf, askOverTcp, udpClient } from './dns-client.js';
import { CLIENTS } from './places.js';
import { makeHome, startServer } from './server.js';

const BUILT = join(process.cwd(), '.build', 'program');
const main = join(BUILT, 'main.js');
for (const [script, directory] of [
  ['build', BUILT],
  ['outlines', BUILT],
] as const) {
  const { status, stderr } = spawnSync(process.execPath, [`scripts/${script}.js`, directory], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

const NAME = 'dl.example.org';

t.test('it serves, probes, explains and reloads, each by its thread', async (t) => {
  const mirror = createServer((_request, response) => response.end('archive 1')).listen(0, '127.0.0.1');
  t.teardown(() => mirror.close());
  await new Promise((resolve) => mirror.once('listening', resolve));
  const bound = mirror.address();
  if (bound === null || typeof bound === 'string') throw new Error('it is on a port');
  const zone = (body: string): string => `zone: ${NAME}
ns: [ns1.example.net]
pools: { "@": { probe: { type: http, port: ${bound.port}, interval: 1s, timeout: 1s, contains: "${body}" } } }
mirrors: { aurora: { addresses: [127.0.0.1] } }
`;
  const server = await startServer(t, {
    main,
    zones: { 'z.yaml': zone('/^archive \\\\d$/') },
    http: '127.0.0.1:0',
  });
  const client = await udpClient(t, { port: server.port });
  t.same(await client.addresses({ name: NAME, subnet: CLIENTS.berlin }), ['127.0.0.1']);
  t.same(addressesOf(await askOverTcp(server, { name: NAME })), ['127.0.0.1']);
  const explained = await server.run('explain', NAME, '--from', '5.249.168.1', '--json');
  t.match(JSON.parse(explained.stdout), { client: { country: 'DE' } });
  const probed = await server.run('probe', 'aurora');
  t.match(probed, { code: 0, stderr: '' }, probed.stdout);
  const { listen } = await server.log.waitFor('http-listening');
  for (const [path, text] of [
    ['', `/pool/${NAME}/${NAME}`],
    [`map/${NAME}/${NAME}`, '<svg'],
    ['metrics', 'geopool_mirror_up{'],
  ])
    t.match(await (await fetch(`http://${listen}/${path}`)).text(), text);
  t.match(await server.run('reload'), { code: 0 });
  t.match(await server.stop(), { code: 0 });
});

t.test('it tells a webhook', async (t) => {
  const { port, posts } = await hook(t);
  const config = `notify: { webhook: "http://127.0.0.1:${port}/" }\n`;
  const zone = `zone: ${NAME}\nns: [ns1.example.net]\npools: { "@": {} }\nmirrors: { aurora: { addresses: [192.0.2.1] } }\n`;
  const server = await startServer(t, { main, config, zones: { 'z.yaml': zone } });
  t.match(await server.run('notify', 'test'), { code: 0, stdout: /^webhook: / });
  t.match(posts, [{ body: { events: [{ event: 'test' }] } }]);
});

t.test('each verb is there, and says what is wrong as it should', async (t) => {
  const home = await makeHome(t, { main, zones: { 'z.yaml': 'zone: dl.example.org\npols: {}\n' } });
  const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
  t.match(await home.run('--version'), { code: 0, stdout: `${version}\n` });
  t.match(await home.run('check'), { code: 1, stdout: /z\.yaml:2:1: / });
  t.match(await home.run('status', '--control', 'none.sock'), { code: 3, stderr: /^geopool: / });
  t.match(await home.run('geo', 'info', '--config', 'geopool.yaml'), { code: 0, stdout: /city\.mmdb/ });
  t.match(await home.run('schema'), { code: 0, stdout: /^\{/ });
});

t.test('all threads are built, and whose libraries are in it is told', async (t) => {
  const threads = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('-worker.ts') && !file.endsWith('run-in-worker.ts'),
  );
  const files = readdirSync(BUILT, { recursive: true, encoding: 'utf8' });
  for (const thread of threads) {
    const file = thread.replace(/ts$/, 'js');
    t.ok(files.includes(file), file);
    t.notMatch(readFileSync(join(BUILT, file), 'utf8'), /^import .* from "[./]/m, `${file} is whole`);
  }
  const told: { name: string; texts: string[] }[] = JSON.parse(
    readFileSync(join(BUILT, 'licenses.json'), 'utf8'),
  );
  for (const { name, texts } of told) t.ok(texts.join().length > 100, name);
  t.ok(
    ['zod', 'yaml', 'undici', 'pino', 'world-atlas'].every((one) => told.some(({ name }) => name === one)),
  );
});
