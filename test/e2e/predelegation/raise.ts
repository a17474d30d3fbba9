/**
 * Brings up the small internet of world.ts, as root in a network namespace of its own: addresses on the loopback interface,
 * and the servers above the example zone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync, writeFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { queryOctets } from '../dns-client.js';
import { until } from '../program.js';
import { fileOf, knotConfig, UPPER_SERVERS, type UpperServer } from './world.js';

/** Has the interface hold these addresses, and starts the servers, whose files go into `directory`. */
export function raiseWorld(
  directory: string,
  addresses: readonly string[],
  upper: Readonly<Record<string, UpperServer>> = UPPER_SERVERS,
): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  for (const host of [...addresses, ...Object.values(upper).flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6])]) {
    const own = isIPv6(host) ? [`${host}/128`, 'dev', 'lo', 'nodad'] : [`${host}/32`, 'dev', 'lo'];
    execFileSync('ip', ['address', 'add', ...own]);
  }
  for (const [name, server] of Object.entries(upper)) {
    const home = join(directory, name);
    mkdirSync(home);
    for (const [zone, text] of Object.entries(server.zones)) writeFileSync(join(home, fileOf(zone)), text);
    writeFileSync(join(home, 'knot.conf'), knotConfig(server, home));
    spawn('knotd', ['--config', join(home, 'knot.conf')], { stdio: 'ignore' });
  }
}

/** Waits until each of these hosts and all of the servers answer something for the name. */
export async function untilAnswered(
  name: string,
  hosts: readonly string[],
  upper: Readonly<Record<string, UpperServer>> = UPPER_SERVERS,
): Promise<void> {
  const all = [...hosts, ...Object.values(upper).flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6])];
  for (const host of all) await until(() => answers(name, host), `an answer from ${host}`, 60_000);
}

/** Whether a server answers; what it says does not matter yet. */
function answers(name: string, host: string): Promise<true | undefined> {
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
    socket.send(queryOctets({ name, type: 'SOA' }, 1), 53, host);
  });
}
