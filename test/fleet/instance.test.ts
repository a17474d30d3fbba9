/**
 * Instances that hang or flood are cut off, again and again, and nothing gathers. Real ones over TLS, with the users of contrib/valkey/geopool.conf: what a member does is allowed and nothing else, and
 * whatever is wrong is said in words that say what to do.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { type Instance, type InstanceAccess, openInstance } from '../../src/fleet/instance.js';
import { OWN_HOST, startInstance } from '../e2e/instances.js';
import { until } from '../e2e/program.js';
import { type Certificate, createAuthority } from '../probe/certificates.js';

const OWN = 'geopool:ns1.example.org:head';
const OTHER = 'geopool:ns2.example.net:head';

const dir = t.testdir();
const authority = createAuthority(join(dir, 'ca'));
const strangers = createAuthority(join(dir, 'strangers'));

t.test('over TLS', { skip: authority === undefined && 'openssl is not installed' }, async (t) => {
  if (authority === undefined || strangers === undefined) return;
  let files = 0;
  const write = (text: string): string => {
    const file = join(dir, `${++files}.pem`);
    writeFileSync(file, text);
    return file;
  };
  const digest = createHash('sha256').update('open sesame').digest('hex');
  const users = write(readFileSync('contrib/valkey/geopool.conf', 'utf8').replace(/#0{64}/, `#${digest}`));
  const start = async (port: number, { cert, key }: Certificate): Promise<string> => {
    const tls = { host: OWN_HOST, port, certificate: write(cert), key: write(key) };
    const { url } = await startInstance(t, dir, `${port}`, { ...tls, authority: write(authority.ca), users });
    return url;
  };
  const [good, expired, misnamed] = await Promise.all([
    start(6380, authority.issue(`IP:${OWN_HOST}`)),
    start(6381, authority.issue(`IP:${OWN_HOST}`, { expired: true })),
    start(6382, authority.issue('DNS:valkey1.example.org')),
  ]);
  const plain = createServer((socket) => socket.end('-ERR what?\r\n'));
  await new Promise<void>((resolve) => plain.listen(6383, OWN_HOST, resolve));
  t.teardown(() => plain.close());

  const shown = ({ cert, key }: Certificate): InstanceAccess => ({
    certificate: Buffer.from(cert),
    clientKey: Buffer.from(key),
  });
  const trusting = { ca: Buffer.from(authority.ca) };
  const named = { username: 'ns1', password: 'open sesame' };
  const own = shown(authority.issue('DNS:ns1.example.org'));
  const access: InstanceAccess = { ...trusting, ...named, ...own };
  const open = (url: string, shows: InstanceAccess) => {
    const instance = openInstance(url, () => shows, Math.random);
    t.teardown(() => instance.close());
    return instance;
  };

  /** What comes of it in the end: a machine that is busy is too late for a while. */
  const comesTo = async (ask: () => Promise<unknown>, what: string | RegExp) => {
    const told = async () => (await ask().then(String, ({ message }: Error) => message)).match(what);
    await until(async () => (await told()) ?? undefined, `${what}`);
    t.pass(`${what}`);
  };
  const say = (instance: Instance, key = OWN) => instance.set([[key, Buffer.from('said')]], 60_000);

  const member = open(good, access);
  await comesTo(() => say(member), /^undefined$/);
  await comesTo(() => member.get([OWN, OTHER]), /^said,$/);
  await comesTo(() => member.get(['other']), /^its ACL does not let/);

  const fails = async (url: string, why: RegExp, shows = access, key = OWN) => {
    const instance = open(url, shows);
    await comesTo(() => say(instance, key), why);
    instance.close();
  };
  const untrusted = /^no authority that is trusted here issued its certificate: "ca_file" is to have/;
  await fails(good, untrusted, { ...access, ca: Buffer.from(strangers.ca) });
  await fails(expired, /^its certificate has expired: renew it there$/);
  await fails(misnamed, /^its certificate has other names: one is to have the host in "servers"$/);
  await fails(`rediss://${OWN_HOST}:6383`, /^it speaks no TLS there: rediss: is for its tls-port$/);
  await fails(good, /^it does not know "username" with what "password_file" has: /, {
    ...access,
    password: 'wrong',
  });
  await fails(good, /^its ACL does not let "username" do what a member does: .*contrib/, access, OTHER);
  await fails(good, /^it does not trust "certificate_file": /, {
    ...access,
    ...shown(strangers.issue('DNS:ns1')),
  });
  const old = shown(authority.issue('DNS:ns1', { expired: true }));
  await fails(good, /^"certificate_file" has expired: /, { ...access, ...old });
  const renewed = { ...access, ...old, password: 'wrong' };
  const renewing = open(good, renewed);
  await comesTo(() => say(renewing), /^"certificate_file" has expired: /);
  Object.assign(renewed, access);
  await comesTo(() => say(renewing), /^undefined$/);
  await fails(good, /^it asks for a certificate: set "certificate_file" and/, { ...trusting, ...named });
  await fails(good, /^it asks who this is: set "username" and "password_file"$/, { ...trusting, ...own });
});

const NONSENSE = /^what it says makes no sense: is it Valkey or Redis\?$/;
/** What a hostile instance does to a connection. */
const HOSTILE: Readonly<Record<string, readonly [says: (socket: Socket) => void, fault: RegExp]>> = {
  'says nothing': [() => undefined, /^Command timed out$/],
  trickles: [
    (socket) => {
      const timer = setInterval(() => socket.write('*'), 50);
      socket.on('close', () => clearInterval(timer));
    },
    /^(Command timed out|Protocol error)/,
  ],
  'answers something else': [
    (socket) => void socket.on('data', () => socket.write('$1\r\n1\r\n')),
    /^its answer makes no sense$/,
  ],
  'answers more than was asked': [
    (socket) => void socket.on('data', () => socket.write('$-1\r\n$-1\r\n')),
    /^its answer makes no sense$/,
  ],
  'says nothing in a push': [(socket) => void socket.on('data', () => socket.write('>1\r\n_\r\n')), NONSENSE],
  'confirms what nobody subscribed to': [
    (socket) => void socket.on('data', () => socket.write('>1\r\n+subscribe\r\n')),
    NONSENSE,
  ],
  floods: [
    (socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(Buffer.alloc(65_536)));
      };
      socket.on('drain', more);
      socket.once('data', () => {
        socket.write('*1\r\n$500000000\r\n');
        more();
      });
    },
    /^it says more than it was asked for$/,
  ],
};

for (const [how, [says, fault]] of Object.entries(HOSTILE)) {
  t.test(`one that ${how}`, async (t) => {
    let [open, most, connections, octets] = [0, 0, 0, 0];
    const server = createServer((socket) => {
      connections++;
      most = Math.max(most, ++open);
      socket
        .on('data', (chunk) => {
          octets += chunk.length;
        })
        .on('error', () => undefined)
        .on('close', () => open--);
      says(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => server.close());
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const instance = openInstance(`redis://127.0.0.1:${port}`, () => ({}), Math.random);
    const faults = new Set<string>();
    while (connections < 3 || faults.size === 0)
      await instance.get([OWN]).catch(({ message }: Error) => {
        if (fault.test(message)) faults.add('as it is');
      });
    t.same([...faults], ['as it is']);
    // One may be seen before the end of the one before.
    t.ok(most <= 2, `${most} connections at a time`);
    t.ok(octets <= connections * 200, `${octets} octets in ${connections} connections`);
    const asked = instance.get([OWN]).catch(() => 'at once');
    instance.close();
    const late = new Promise((resolve) => setTimeout(resolve, 900, 'late'));
    t.equal(await Promise.race([asked, late]), 'at once', 'whoever waits for it does not when it is closed');
  });
}
