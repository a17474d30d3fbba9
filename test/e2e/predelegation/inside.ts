/**
 * Runs alone in network and process namespaces, as root there: builds the small internet of world.ts, serves the example
 * zone in it with the real program, lets Zonemaster and DNSViz look at the delegation, and prints what they say as JSON.
 * All that it starts ends with the namespaces.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { queryOctets } from '../dns-client.js';
import { spawnProgram, until } from '../program.js';
import { fileOf, HINTS, knotConfig, NAME_SERVERS, UPPER_SERVERS } from './world.js';

const run = promisify(execFile);
const [, , directory = '', example = ''] = process.argv;
const ZONE = 'dl.example.org';

const addresses = [...Object.values(UPPER_SERVERS), ...Object.values(NAME_SERVERS)];
execFileSync('ip', ['link', 'set', 'lo', 'up']);
for (const { ipv4, ipv6 } of addresses) {
  execFileSync('ip', ['address', 'add', `${ipv4}/32`, 'dev', 'lo']);
  execFileSync('ip', ['address', 'add', `${ipv6}/128`, 'dev', 'lo', 'nodad']);
}

for (const [name, server] of Object.entries(UPPER_SERVERS)) {
  const home = join(directory, name);
  mkdirSync(home);
  for (const [zone, text] of Object.entries(server.zones)) writeFileSync(join(home, fileOf(zone)), text);
  writeFileSync(join(home, 'knot.conf'), knotConfig(server, home));
  spawn('knotd', ['--config', join(home, 'knot.conf')], { stdio: 'ignore' });
}

const zones = join(directory, 'zones');
mkdirSync(zones);
const { ipv4, ipv6 } = NAME_SERVERS['ns1.dl.example.org'];
// Addresses for documentation are no name server's, and the tools say so.
const text = readFileSync(example, 'utf8').replace('192.0.2.53', ipv4).replace('2001:db8::53', ipv6);
writeFileSync(join(zones, `${ZONE}.yaml`), text);
const listen = Object.values(NAME_SERVERS).flatMap((one) => [`${one.ipv4}:53`, `[${one.ipv6}]:53`]);
const server = spawnProgram(
  [
    'serve',
    '--zones',
    zones,
    '--state',
    join(directory, 'state'),
    ...listen.flatMap((at) => ['--listen', at]),
  ],
  { cwd: directory },
);
server.stderr.pipe(process.stderr);
server.stdout.resume();

/** Whether a server answers; what it says does not matter yet. */
function answers(host: string): Promise<true | undefined> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    const finish = (answered: true | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answered);
    };
    const timer = setTimeout(finish, 100, undefined);
    socket.on('error', () => finish(undefined));
    socket.on('message', () => finish(true));
    socket.send(queryOctets({ name: ZONE, type: 'SOA' }, 1), 53, host);
  });
}
for (const one of addresses) {
  for (const host of [one.ipv4, one.ipv6]) await until(() => answers(host), `an answer from ${host}`, 60_000);
}

const hints = join(directory, 'hints');
writeFileSync(hints, HINTS);
const zonemaster = await run('zonemaster-cli', [
  ...['--hints', hints, '--no-progress', '--level', 'INFO', '--json-stream'],
  ZONE,
]);
const probe = join(directory, 'probe.json');
const root = `.:a.root-servers.net=${UPPER_SERVERS.root.ipv4}`;
await run('dnsviz', ['probe', '-A', '-E', '-d', '1', '-x', root, '-o', probe, ZONE]);
const dnsviz = await run('dnsviz', ['grok', '-l', 'info', '-r', probe], { maxBuffer: 1 << 26 });
process.stdout.write(
  `${JSON.stringify({
    zonemaster: zonemaster.stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
    dnsviz: JSON.parse(dnsviz.stdout),
  })}\n`,
  // As the first process here it takes the others with it.
  () => process.exit(0),
);
