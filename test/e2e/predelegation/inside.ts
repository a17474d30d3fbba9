/**
 * Runs alone in network and process namespaces, as root there: builds the small internet of world.ts, serves the example
 * zone in it with the real program, has Zonemaster and DNSViz examine the delegation, and prints their findings as JSON.
 * All processes that it starts end with the namespaces.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnProgram } from '../program.js';
import { raiseWorld, untilAnswered } from './raise.js';
import { HINTS, NAME_SERVERS, UPPER_SERVERS } from './world.js';

const run = promisify(execFile);
const [, , directory = '', example = ''] = process.argv;
const ZONE = 'dl.example.org';

const hosts = Object.values(NAME_SERVERS).flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);
raiseWorld(directory, hosts);

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

await untilAnswered(ZONE, hosts);

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
