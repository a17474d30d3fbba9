/**
 * Keys of a running server: what it does without them, with wrong ones, and over a roll as time passes. Their private parts
 * appear nowhere else.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { ZoneKeys } from '../../src/dnssec/keys.js';
import { keyText, readKeyText } from '../../src/zone/dnssec-key-text.js';
import { type DnsClient, udpClient } from './dns-client.js';
import { until } from './program.js';
import { type Home, makeHome, type Server, startServer } from './server.js';

const MOVED = fileURLToPath(new URL('./moved-clock.js', import.meta.url));
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const zone = (name: string, more = ''): string => `zone: ${name}
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
${more}`;
const SIGNED = zone('dl.example.org', 'dnssec: { key: keys/dl }\n');

function signedHome(t: Test): Promise<Home> {
  return makeHome(t, { zones: { 'dl.yaml': SIGNED, 'plain.yaml': zone('plain.example') } });
}

async function makeKey(home: Home): Promise<void> {
  await home.write('keys/.keep', '');
  const { code, stderr } = await home.run('dnssec', 'keygen', 'dl.example.org', '--output', 'keys/dl');
  if (code !== 0) throw new Error(stderr);
}

function keysIn(home: Home): ZoneKeys {
  const read = readKeyText(readFileSync(join(home.dir, 'keys/dl'), 'utf8'), 'keys/dl');
  if ('faults' in read) throw new Error('wrong keys');
  return read;
}

/** The records of a type at the apex, as text: tags of DS and CDS, keys of DNSKEY and CDNSKEY. */
async function recordsOf(client: DnsClient, type: 'DNSKEY' | 'CDS'): Promise<string[]> {
  const { answers = [] } = await client.ask({ name: 'dl.example.org', type });
  return answers.flatMap((answer) => {
    if (answer.type === 'DNSKEY') return Buffer.from(answer.data.key).toString('base64');
    return 'data' in answer && Buffer.isBuffer(answer.data) ? String(answer.data.readUInt16BE(0)) : [];
  });
}

const publicParts = ({ keys }: ZoneKeys): string[] =>
  keys.map(({ publicKey }) => Buffer.from(publicKey).toString('base64')).sort();

async function rcodeOf(client: DnsClient): Promise<string> {
  const { rcode } = Object.assign({ rcode: '' }, await client.ask({ name: 'dl.example.org', type: 'SOA' }));
  return rcode;
}

t.test('without keys a zone is not served, with wrong ones it is signed as before', async (t) => {
  const home = await signedHome(t);
  const server = await startServer(t, { home });
  const client = await udpClient(t, server);
  t.equal(await rcodeOf(client), 'SERVFAIL');
  t.match(await server.log.waitFor('zone-refused'), {
    zone: 'dl.example.org',
    faults: [/^keys\/dl:1:1: the keys of dl\.example\.org can't be read: ENOENT/],
  });
  t.match((await server.status()).refused, [{ zone: 'dl.example.org', file: 'zones/dl.yaml' }]);

  await makeKey(home);
  t.match(await server.run('reload'), { code: 0, stderr: '' });
  const keys = keysIn(home);
  t.same(await recordsOf(client, 'DNSKEY'), publicParts(keys));
  t.match((await server.status()).zones[0]?.keys, { signing: keys.keys[0].tag, retired: [] });
  t.match((await server.run('status')).stdout, `signed until `);

  await rename(join(home.dir, 'keys/dl'), join(home.dir, 'keys/away'));
  t.match(await server.run('reload'), { code: 1, stderr: /^keys\/dl:1:1: the keys of .* ENOENT[^\n]*\n$/ });
  t.same(await recordsOf(client, 'DNSKEY'), publicParts(keys), 'those from before');
  t.match(await server.log.waitFor('keys-stale'), { zone: 'dl.example.org', level: 'error' });
  t.match((await server.status()).zones[0]?.keys?.error, /ENOENT/);
  const monitored = await server.run('monitor');
  t.equal(monitored.code, 1);
  t.match(monitored.stdout, /dl\.example\.org: the file of its keys is wrong, those from before go on/);

  await server.write('zones/dl.yaml', SIGNED.replace('192.0.2.1', '192.0.2.2'));
  t.equal((await server.run('reload')).code, 1);
  t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.2'], 'the zone file is as it is now');

  await server.stop();
  const again = await startServer(t, { home });
  t.equal(await rcodeOf(await udpClient(t, again)), 'SERVFAIL', 'a start has no keys from before');
});

t.test('a whole roll by the clock', async (t) => {
  const home = await signedHome(t);
  await makeKey(home);
  const CLOCK = join(home.dir, 'clock');
  await writeFile(CLOCK, '0');
  const server = await startServer(t, { home, env: { NODE_OPTIONS: `--import=${MOVED}`, CLOCK } });
  const client = await udpClient(t, server);
  const set = async (ms: number): Promise<void> => {
    await home.write('clock', String(ms));
    const from = server.log.lines.length;
    process.kill(server.pid, 'SIGUSR2');
    await server.log.waitFor('clock-set', () => true, from);
  };
  const becomes = (
    tag: number | undefined,
    dnskeys: readonly string[],
    cds: readonly (number | undefined)[],
  ) =>
    until(async () => {
      const { zones } = await server.status();
      if (zones.find((each) => each.zone === 'dl.example.org')?.keys?.signing !== tag) return undefined;
      const found = [await recordsOf(client, 'DNSKEY'), await recordsOf(client, 'CDS')].map((all) =>
        all.sort().join(),
      );
      return (
        found.join(' ') === `${[...dnskeys].sort().join()} ${cds.map(String).sort().join()}` || undefined
      );
    }, `key ${tag} signs`);
  const [old] = keysIn(home).keys;
  await becomes(old.tag, publicParts(keysIn(home)), [old.tag]);

  t.equal((await home.run('dnssec', 'roll', 'dl.example.org')).code, 0);
  t.match(await server.run('reload'), { code: 0, stderr: '' });
  const rolled = keysIn(home);
  const [, next] = rolled.keys;
  if (next === undefined) throw new Error('no next key');
  await becomes(old.tag, publicParts(rolled), [old.tag, next.tag]);

  await set(next.activate - Date.now() + HOUR / 2);
  await becomes(next.tag, publicParts(rolled), [next.tag]);
  await set((rolled.keys[0].remove ?? 0) - Date.now() + HOUR / 2);
  await becomes(next.tag, publicParts({ ...rolled, keys: [next] }), [next.tag]);

  await set(0);
  await becomes(old.tag, publicParts(rolled), [old.tag, next.tag]);
  t.ok(next.activate > Date.now() + DAY, 'the clock is right again');
});

t.test('a zone that is unsigned too early is said everywhere, over a restart too', async (t) => {
  const home = await signedHome(t);
  await makeKey(home);
  const first = await startServer(t, { home });
  await until(() => existsSync(join(home.dir, 'state/signed.json')) || undefined, 'it is remembered');
  await home.write('zones/dl.yaml', zone('dl.example.org'));
  await home.write('check.yaml', 'zones: zones\nstate: state\n');
  const check = await home.run('check', '--config', 'check.yaml');
  t.match(check, { code: 0, stderr: /zones\/dl\.yaml:1:1: warning: dl\.example\.org was served signed/ });
  const said = /dl\.example\.org is unsigned since/;
  t.match(await first.run('reload'), { code: 1, stderr: said });
  t.match(await first.run('monitor'), { code: 2, stdout: said });
  await first.stop();
  const second = await startServer(t, { home });
  t.match(await second.log.waitFor('unsigned-early'), { level: 'error', zone: 'dl.example.org' });
  t.match((await second.run('status')).stdout, said);
  await home.write('zones/dl.yaml', SIGNED);
  t.match(await second.run('reload'), { code: 0, stderr: '' });
  t.notMatch((await second.run('monitor')).stdout, said);
});

/** All files below a directory. */
function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

t.test('no private part gets anywhere', async (t) => {
  const home = await signedHome(t);
  await makeKey(home);
  const server: Server = await startServer(t, { home, http: '127.0.0.1:0' });
  const text = readFileSync(join(home.dir, 'keys/dl'), 'utf8');
  const [, secret = ''] = / {4}private: (\S+)/.exec(text) ?? [];
  // Its first half is the same in all keys of its kind.
  const pieces = [secret.slice(40, 60), secret.slice(60, 80)];
  const isIn = (octets: string): boolean => pieces.some((piece) => octets.includes(piece));
  t.ok(isIn(text));
  const said = [
    ...(await Promise.all(
      ['/status', '/history', '/challenge'].map(async (route) => (await server.request('GET', route)).body),
    )),
    (await server.run('status', '--json')).stdout,
    (await server.run('dnssec', 'status', 'dl.example.org', '--json')).stdout,
    (await server.run('dnssec', 'ds', 'dl.example.org')).stdout,
    (await server.run('monitor')).stdout,
  ];
  await writeFile(join(home.dir, 'keys/dl'), text.replace('private: ', 'private '));
  const reloaded = await server.run('reload');
  const checked = await home.run('check', '--zones', 'zones');
  for (const { code, stdout, stderr } of [reloaded, checked]) {
    t.equal(code, 1);
    t.match(stdout + stderr, /^keys\/dl:\d+:/m);
    said.push(stdout, stderr);
  }
  await writeFile(join(home.dir, 'keys/dl'), keyText(readKeyTextOf(text)));
  await server.stop();
  said.push(...server.log.lines.map((line) => JSON.stringify(line)));
  t.same(said.filter(isIn), []);
  await rm(join(home.dir, 'keys'), { recursive: true });
  const left = filesIn(home.dir);
  t.ok(left.length > 5);
  t.same(
    left.filter((file) => isIn(readFileSync(file, 'latin1'))),
    [],
  );
});

function readKeyTextOf(text: string): ZoneKeys {
  const read = readKeyText(text, 'k');
  if ('faults' in read) throw new Error('wrong keys');
  return read;
}
