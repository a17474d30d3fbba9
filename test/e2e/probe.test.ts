/**
 * Real mirrors of all kinds, good and bad, and what the program says of each: the verb `probe`, on zone files alone and
 * through the running server, and the verdicts that the server reaches.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ProbeResultReport } from '../../src/control/action-reports.js';
import { createAuthority } from '../probe/certificates.js';
import { lacking, serveNginx, serveRsync } from '../probe/daemons.js';
import { refusedPort, serveHttp, serveTcp, serveTls } from '../probe/servers.js';
import { runProgram, until } from './program.js';
import { makeHome, startServer } from './server.js';

const NAME = 'dl.example.org';
const skip = lacking('nginx') || lacking('rsync');

interface Kind {
  /** Its keys in the zone file. */
  readonly probe: string;
  /** Absent: it is up. */
  readonly cause?: RegExp;
}

t.test('mirrors of all kinds', { skip }, async (t) => {
  const directory = t.testdir();
  const authority = createAuthority(join(directory, 'ca'));
  if (authority === undefined) throw new Error('no openssl here');
  const ca = join(directory, 'ca.pem');
  writeFileSync(ca, authority.ca);
  const old = new Date(Date.now() - 30 * 3_600_000);
  const nginx = await serveNginx(t, join(directory, 'nginx'), NAME, {
    trace: `${Math.floor(Date.now() / 1000)}\n`,
    stale: `${old.toUTCString()}\n`,
    'big.img': Buffer.alloc(2_000_000, 'x'),
    empty: '',
  });
  const rsync = await serveRsync(t, join(directory, 'rsync'), ['tails', 'debian']);
  const hanging = await serveTcp(t, (socket) => socket.resume());
  const dripping = await serveTcp(t, (socket) => {
    const text = 'HTTP/1.1 200 OK\r\nX-Slow: yes\r\n\r\n';
    let at = 0;
    const drip = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 30);
    socket.on('close', () => clearInterval(drip));
  });
  const resetting = await serveTcp(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
  const flooding = await serveTcp(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const pour = () => {
      while (!socket.destroyed && socket.write(`X-More: ${'x'.repeat(1000)}\r\n`));
    };
    socket.on('drain', pour);
    pour();
  });
  const circling = await serveHttp(t, (request, response) =>
    response.writeHead(302, { location: request.url === '/a' ? '/b' : '/a' }).end(),
  );
  const leading = await serveHttp(t, (_, response) =>
    response.writeHead(302, { location: 'https://192.0.2.1/elsewhere' }).end(),
  );
  const expired = await serveTls(t, authority.issue(`DNS:${NAME}`, { expired: true }), (socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
  );
  const ending = await serveTls(t, authority.issue(`DNS:${NAME}`), (socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
  );
  const refused = await refusedPort();

  const kinds: Readonly<Record<string, Kind>> = {
    plain: { probe: `port: ${nginx}, path: /trace, expect: [200]` },
    head: { probe: `port: ${nginx}, path: /trace, method: HEAD, expect: [200], range: 0-0` },
    fresh: { probe: `port: ${nginx}, path: /trace, max_age: 6h` },
    fast: { probe: `port: ${nginx}, path: /big.img, min_rate: 500kB/s, sample: 1MB` },
    module: { probe: `type: rsync, port: ${rsync}, module: tails` },
    open: { probe: `type: tcp, port: ${rsync}` },
    lenient: { probe: `type: https, port: ${expired.port}, verify: false` },
    ending: { probe: `type: https, port: ${ending.port}` },
    stale: {
      probe: `port: ${nginx}, path: /stale, max_age: 6h`,
      cause: /^stale by 1d .* by its text, older than 6h$/,
    },
    missing: { probe: `port: ${nginx}, path: /none`, cause: /^404 Not Found, expected 200 or 206$/ },
    'wrong-host': { probe: `port: ${nginx}, host: other.example, path: /trace`, cause: /^404 Not Found/ },
    unsatisfied: {
      probe: `port: ${nginx}, path: /trace, range: 999-999`,
      cause: /^416 Range Not Satisfiable/,
    },
    blank: {
      probe: `port: ${nginx}, path: /empty, contains: tails`,
      cause: /^the body is empty, expected "tails" in it$/,
    },
    other: {
      probe: `port: ${nginx}, path: /trace, contains: "/tails/i"`,
      cause: /^the body does not contain \/tails\/i$/,
    },
    hanging: {
      probe: `port: ${hanging.port}`,
      cause: /^no answer within 500ms \(waiting for the answer\)$/,
    },
    dripping: { probe: `port: ${dripping.port}`, cause: /^no answer within 500ms \(reading the header\)$/ },
    resetting: { probe: `port: ${resetting.port}`, cause: /^connection reset$/ },
    flooding: { probe: `port: ${flooding.port}`, cause: /^the header of the answer is too long$/ },
    circling: {
      probe: `port: ${circling.port}, path: /a, redirects: same-mirror`,
      cause: /^redirects in a circle: /,
    },
    leading: {
      probe: `port: ${leading.port}, redirects: same-mirror`,
      cause: /^redirects to https:\/\/192\.0\.2\.1\/elsewhere, which is another host$/,
    },
    expired: { probe: `type: https, port: ${expired.port}`, cause: /^certificate has expired \(\d{4}-/ },
    refused: { probe: `port: ${refused}`, cause: /^connection refused$/ },
    unlisted: {
      probe: `type: rsync, port: ${rsync}, module: hidden`,
      cause: /does not list the module hidden$/,
    },
    'no-daemon': {
      probe: `type: rsync, port: ${nginx}, module: tails`,
      cause: /^no answer within 500ms \(waiting for the g/,
    },
  };
  const names = Object.keys(kinds);
  // Only where the deadline is what is tested may a busy machine miss it.
  const timingOf = ({ cause }: Kind): string => {
    const timeout = cause?.source.includes('500ms') ? '500ms' : '10s';
    return `interval: 10s, fast_interval: 100ms, timeout: ${timeout}`;
  };
  // One address may not be two mirrors' in a file, so each has a zone to itself.
  const zones = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => {
      const { probe } = kind;
      const host = probe.includes('host:') ? '' : `host: ${NAME}, `;
      const keys =
        probe.startsWith('type: rsync') || probe.startsWith('type: tcp') ? probe : `${host}${probe}`;
      const text = `zone: ${name}.example
ns: [ns1.example.net]
pools: { "@": { probe: { ${keys}, ${timingOf(kind)} } } }
mirrors: { ${name}: { addresses: [127.0.0.1] } }
`;
      return [`${name}.yaml`, text];
    }),
  );

  /** Asks again where a pattern took too long: this machine may have stood still, which is said and judges nobody. */
  const clear = (ask: () => Promise<string>): Promise<readonly ProbeResultReport[]> =>
    until(async () => {
      const text = await ask();
      return text.includes('takes too long to match') ? undefined : JSON.parse(text);
    }, 'a probe without a doubt of its own');
  const judge = (t: Test, results: readonly ProbeResultReport[]) => {
    t.equal(results.length, names.length);
    for (const name of names) {
      const result = results.find(({ mirror }) => mirror === name);
      const cause = kinds[name]?.cause;
      t.match(
        result,
        { address: '127.0.0.1', type: String, ok: cause === undefined, cause: cause ?? null },
        name,
      );
      t.ok((result?.steps.length ?? 0) > 0, `${name}: steps`);
    }
  };

  await t.test('probe, on files alone', async (t) => {
    const home = await makeHome(t, { zones });
    for (const [file, text] of Object.entries(zones)) await home.write(`zones/${file}`, text);
    const surroundings = { cwd: home.dir, env: { NODE_EXTRA_CA_CERTS: ca } };
    const results = await clear(async () => {
      const all = await runProgram(['probe', '--zones', 'zones', '--json'], surroundings);
      t.equal(all.code, 1, all.stderr);
      return all.stdout;
    });
    judge(t, results);
    t.match(
      results.find(({ mirror }) => mirror === 'lenient')?.warning,
      /^certificate expired .* ago \(\d{4}-/,
    );
    t.match(results.find(({ mirror }) => mirror === 'ending')?.warning, /^certificate ends in 1d \d+h/);
    t.ok((results.find(({ mirror }) => mirror === 'fast')?.rate ?? 0) > 500_000);

    const one = await runProgram(['probe', 'plain', '--zones', 'zones'], surroundings);
    t.equal(one.code, 0, one.stderr);
    t.match(
      one.stdout,
      /^plain 127\.0\.0\.1, http port \d+ \/trace, pool plain\.example: good, [\d.]+ ms\n {2}connect +[\d.]+ ms {2}127/,
    );
    t.match(one.stdout, /\n {2}compare +[\d.]+ ms {2}status 200 OK, expected 200\n\ngood\n$/);
    const bad = await runProgram(['probe', 'hanging.example/hanging', '--zones', 'zones'], surroundings);
    t.equal(bad.code, 1);
    t.match(
      bad.stdout,
      /FAILED after \d+(\.\d+)? ms: no answer within 500ms[\s\S]*headers +[\d.]+ ms {2}FAILED: no answer/,
    );
    t.match(await runProgram(['probe', 'nobody', '--zones', 'zones'], surroundings), {
      code: 1,
      stderr: /nobody: no mirror has that name/,
    });
    await home.write('zones/bad.yaml', 'zone: bad.example\n');
    t.match(await runProgram(['probe', '--zones', 'zones'], surroundings), {
      code: 1,
      stderr: /bad\.yaml:1:1: "ns" is missing/,
    });
    t.match(await runProgram(['probe', '--control', 'nowhere.sock', '--zones', 'none'], surroundings), {
      code: 1,
    });
  });

  await t.test('through the running server, and what it comes to itself', async (t) => {
    const server = await startServer(t, { zones, env: { NODE_EXTRA_CA_CERTS: ca } });
    const bad = names.filter((name) => kinds[name]?.cause !== undefined);
    await Promise.all(
      bad.map((name) =>
        server.log.waitFor('verdict-changed', ({ mirror, to }) => mirror === name && to === 'down'),
      ),
    );
    const judged = await until(async () => {
      const { zones } = await server.status();
      const states = zones.flatMap(({ pools }) => pools.flatMap(({ mirrors }) => mirrors));
      return states.every(({ state }) => state !== 'unknown') ? states.length : undefined;
    }, 'a first probe of every mirror');
    t.equal(judged, names.length);
    const { code, stdout } = await server.run('probe', '--json', '--config', 'geopool.yaml');
    t.equal(code, 1, 'by files');
    t.ok(JSON.parse(stdout).length > 0);
    const results = await clear(async () => {
      const asked = await server.request('POST', '/probe', '{}');
      t.equal(asked.status, 200);
      return asked.body;
    });
    judge(t, results);
    const status = await server.status();
    for (const { pools } of status.zones) {
      const [mirror] = pools[0]?.mirrors ?? [];
      const name = mirror?.name ?? '';
      const { cause } = kinds[name] ?? {};
      t.match(mirror, cause === undefined ? { state: 'up' } : { state: 'down', cause }, name);
      t.equal(pools[0]?.panic.ipv4, cause !== undefined);
    }
    const of = (name: string) =>
      status.zones.find(({ zone }) => zone === `${name}.example`)?.pools[0]?.mirrors[0];
    t.match(of('lenient'), {
      warnings: [/^certificate expired/],
      probes: [{ warning: /expired/, last_probe: { certificate_ends: /Z$/ } }],
    });
    t.match(of('fast'), { rate: Number, probes: [{ last_probe: { rate: Number } }] });
    t.match(await server.log.waitFor('certificate-ends-soon', ({ mirror }) => mirror === 'ending'), {
      level: 'warn',
      ends: /Z$/,
    });
    const text = (await server.run('status')).stdout;
    t.match(text, /fast +127\.0\.0\.1 .* [\d.]+ [kMG]B\/s/);
    t.match(text, /lenient .*certificate expired/);
  });
});
