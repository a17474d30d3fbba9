import { execFile, spawnSync } from 'node:child_process';
import t from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import { hostHeader } from '../../src/probe/http-exchange.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver } from '../../src/probe/resolve.js';
import { checkOf, httpProbe } from '../health/targets.js';
import { ODD_ANSWERS } from './odd-answers.js';
import { serveTcp } from './servers.js';

t.test('the Host header has a port where it is not the type’s own', async (t) => {
  const table = [
    ['http', 80, 'dl.example.org', 'dl.example.org'],
    ['http', 8080, 'dl.example.org', 'dl.example.org:8080'],
    ['http', 443, 'dl.example.org', 'dl.example.org:443'],
    ['https', 443, 'dl.example.org', 'dl.example.org'],
    ['https', 80, 'dl.example.org', 'dl.example.org:80'],
    ['http', 80, '192.0.2.1', '192.0.2.1'],
    ['http', 80, '2001:db8::1', '[2001:db8::1]'],
    ['https', 8443, '2001:db8::1', '[2001:db8::1]:8443'],
  ] as const;
  for (const [type, port, host, header] of table) t.equal(hostHeader(type, host, port), header);
});

const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  curl: ['-sSf', '--noproxy', '*'],
  wget: ['-qO-', '--tries=1', '--no-proxy'],
};

/** What a client prints of what is behind a URL; why it gave up, where it did. */
function fetchWith(client: string, url: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(client, [...(CLIENTS[client] ?? []), url], (error, stdout, stderr) => {
      resolve(error === null ? stdout : `${error.code} ${stdout}${stderr}`);
    });
  });
}

t.test('a mirror that curl and wget fetch from is not called dead', async (t) => {
  const run = createProbeRun({ clock: systemClock, version: '1.2.3', resolver: createResolver() });
  const clients = Object.keys(CLIENTS).filter(
    (client) => spawnSync(client, ['--version'], { stdio: 'ignore' }).error === undefined,
  );
  for (const [name, text] of Object.entries(ODD_ANSWERS)) {
    const { port } = await serveTcp(t, (socket) =>
      socket.once('data', () => socket.end(Buffer.from(text, 'latin1'))),
    );
    const probe = httpProbe({ port, timeout: 20_000, contains: { text: 'hello' } });
    t.match(await run(checkOf('127.0.0.1', probe), new AbortController().signal), { ok: true }, name);
    for (const client of clients) {
      t.equal(await fetchWith(client, `http://127.0.0.1:${port}/`), 'hello', `${name}, by ${client}`);
    }
  }
});
