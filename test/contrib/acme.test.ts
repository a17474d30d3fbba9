/**
 * The hooks for ACME clients (RFC 8555 §8.4): certbot and lego get certificates from Pebble, a small authority, that asks
 * our server for their challenges. acme.sh is called as its guide says that it calls.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { programCommand, within } from '../e2e/program.js';
import { type Server, startServer } from '../e2e/server.js';
import { createAuthority } from '../probe/certificates.js';

const HOOKS = resolve('contrib/acme');
const DOMAIN = 'dl.example.org';
const zones = {
  'z.yaml': `zone: ${DOMAIN}
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
`,
};

const missing = (...programs: string[]): string | false => {
  const lacking = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  return lacking.length > 0 && `apt-get install ${lacking.join(' ')}`;
};

interface Done {
  readonly code: number;
  readonly output: string;
}

interface Scene {
  readonly server: Server;
  readonly dir: string;
  /** What clients are run with: a geopool that asks this server. */
  readonly env: NodeJS.ProcessEnv;
}

async function setUp(t: Test): Promise<Scene> {
  const server = await startServer(t, { zones });
  const dir = t.testdir({ bin: {}, ca: {}, client: {} });
  const command = programCommand().map((word) => `'${word}'`);
  const control = join(server.dir, 'control.sock');
  const program = join(dir, 'bin', 'geopool');
  writeFileSync(program, `#!/bin/sh\nGEOPOOL_CONTROL='${control}' exec ${command.join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
  return { server, dir, env: { ...process.env, PATH: `${join(dir, 'bin')}:${process.env.PATH ?? ''}` } };
}

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Done> {
  const done = new Promise<Done>((resolve) => {
    execFile(file, args, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
  return within(done, file);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return isAddress(address) ? address.port : 0;
}

const isAddress = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

interface Authority {
  /** Its directory. */
  readonly url: string;
  /** The file of the certificate that vouches for it. */
  readonly ca: string;
}

/** Starts Pebble, which asks the server for all names. */
async function startPebble(t: Test, { server, dir }: Scene): Promise<Authority> {
  const authority = createAuthority(join(dir, 'ca'));
  if (authority === undefined) throw new Error('openssl is not installed: apt-get install openssl');
  const { key, cert } = authority.issue('IP:127.0.0.1');
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, 'ca', name), text);
    return join(dir, 'ca', name);
  };
  const common = {
    certificate: file('server.pem', cert),
    privateKey: file('server.key', key),
    httpPort: 1,
    tlsPort: 1,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
  };
  // It neither waits nor refuses some of what is right, as it does to try clients.
  const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' };
  // It can't be told to choose its ports, and others may take those that were free.
  for (let tries = 5; ; tries--) {
    const [port, management] = [await freePort(), await freePort()];
    const listen = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
    };
    const config = file('config.json', JSON.stringify({ pebble: { ...common, ...listen } }));
    const args = ['-config', config, '-dnsserver', `127.0.0.1:${server.port}`];
    const said = await isReady(t, spawn('pebble', args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
    if (said === '') return { url: `https://127.0.0.1:${port}/dir`, ca: file('authority.pem', authority.ca) };
    if (tries === 1) throw new Error(`pebble ended: ${said}`);
  }
}

/** Empty once it listens; what it said where it ended. */
async function isReady(t: Test, pebble: ChildProcess): Promise<string> {
  let said = '';
  const ended = new Promise<string>((resolve) => pebble.once('close', () => resolve(said)));
  t.teardown(async () => {
    pebble.kill('SIGKILL');
    await ended;
  });
  const listens = new Promise<string>((resolve) => {
    for (const stream of [pebble.stdout, pebble.stderr]) {
      stream?.on('data', (piece: Buffer) => {
        said += piece.toString();
        if (/ACME directory available/.test(said)) resolve('');
      });
    }
  });
  return within(Promise.race([listens, ended]), 'pebble');
}

t.test('certbot', { skip: missing('certbot', 'pebble', 'openssl') }, async (t) => {
  const scene = await setUp(t);
  const { url, ca } = await startPebble(t, scene);
  const { server, env } = scene;
  const dir = join(scene.dir, 'client');
  const hook = join(HOOKS, 'certbot-hook');
  const { code, output } = await run(
    'certbot',
    [
      ...['certonly', '--manual', '--preferred-challenges', 'dns', '-n', '--agree-tos'],
      ...['--register-unsafely-without-email', '--server', url, '-d', DOMAIN, '-d', `*.${DOMAIN}`],
      ...['--manual-auth-hook', `${hook} add`, '--manual-cleanup-hook', `${hook} remove`],
      ...['--config-dir', dir, '--work-dir', dir, '--logs-dir', dir],
    ],
    { ...env, REQUESTS_CA_BUNDLE: ca },
  );
  t.equal(code, 0, output);
  t.match(readFileSync(join(dir, 'live', DOMAIN, 'cert.pem'), 'utf8'), /BEGIN CERTIFICATE/);
  t.equal((await server.status()).challenges, undefined, 'nothing is left');
  t.equal(server.log.lines.filter(({ event }) => event === 'challenge-added').length, 2);
});

t.test('lego', { skip: missing('lego', 'pebble', 'openssl') }, async (t) => {
  const scene = await setUp(t);
  const { url, ca } = await startPebble(t, scene);
  const { server, env } = scene;
  const dir = join(scene.dir, 'client');
  const { code, output } = await run(
    'lego',
    [
      ...['--server', url, '--email', 'admin@example.org', '--accept-tos', '--path', dir],
      ...['--dns', 'exec', '--dns.disable-cp', '--dns.resolvers', `127.0.0.1:${server.port}`],
      ...['-d', DOMAIN, '-d', `*.${DOMAIN}`, 'run'],
    ],
    {
      ...env,
      LEGO_CA_CERTIFICATES: ca,
      EXEC_PATH: join(HOOKS, 'lego-hook'),
      // It would wait for a minute between the two names.
      EXEC_SEQUENCE_INTERVAL: '1',
      EXEC_POLLING_INTERVAL: '1',
    },
  );
  t.equal(code, 0, output);
  t.match(readFileSync(join(dir, 'certificates', `${DOMAIN}.crt`), 'utf8'), /BEGIN CERTIFICATE/);
  t.equal((await server.status()).challenges, undefined, 'nothing is left');
  t.equal(server.log.lines.filter(({ event }) => event === 'challenge-added').length, 2);
  const wrong = await run(join(HOOKS, 'lego-hook'), ['timeout'], env);
  t.match(wrong, { code: 2, output: /^lego-hook: timeout: expected present or cleanup/ });
});

t.test('acme.sh', async (t) => {
  const { server, env } = await setUp(t);
  const call = (what: string): Promise<Done> =>
    run('sh', ['-c', `. '${join(HOOKS, 'dns_geopool.sh')}'; ${what}`], env);
  const name = `_acme-challenge.${DOMAIN}`;
  t.match(await call(`dns_geopool_add ${name} one && dns_geopool_add ${name} two`), { code: 0 });
  t.match((await server.status()).challenges, [
    { name, token: 'one' },
    { name, token: 'two' },
  ]);
  t.match(await call(`dns_geopool_rm ${name} one`), { code: 0 });
  t.match((await server.status()).challenges, [{ name, token: 'two' }]);
  t.match(await call('dns_geopool_add x.example.com one'), { code: 1, output: /in no zone of this server/ });
  const other = await call(`GEOPOOL=echo; dns_geopool_add ${name} one`);
  t.equal(other.output, `challenge add -- ${name} one\n`, 'another program may be called');
});

// Tokens are base64url (RFC 8555 §8.4), so one in 64 looks like an option.
t.test('a token that begins with a dash', async (t) => {
  const { server, env } = await setUp(t);
  const name = `_acme-challenge.${DOMAIN}`;
  const token = '-pavTtd0lumIpLluTa1rRtdnSdOHpPoVMmSbVwVGFyM';
  const certbot = (verb: string): Promise<Done> =>
    run(join(HOOKS, 'certbot-hook'), [verb], { ...env, CERTBOT_DOMAIN: DOMAIN, CERTBOT_VALIDATION: token });
  const lego = (verb: string): Promise<Done> => run(join(HOOKS, 'lego-hook'), [verb, name, token], env);
  const acme = (verb: string): Promise<Done> =>
    run('sh', ['-c', `. '${join(HOOKS, 'dns_geopool.sh')}'; ${verb} ${name} ${token}`], env);
  for (const [hook, add, remove] of [
    [certbot, 'add', 'remove'],
    [lego, 'present', 'cleanup'],
    [acme, 'dns_geopool_add', 'dns_geopool_rm'],
  ] as const) {
    t.match(await hook(add), { code: 0 });
    t.match((await server.status()).challenges, [{ name, token }]);
    t.match(await hook(remove), { code: 0 });
    t.equal((await server.status()).challenges, undefined);
  }
});
