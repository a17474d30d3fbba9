/**
 * Runs alone in network and process namespaces, as root there: two name servers of one zone, the first of which finds all
 * mirrors of some pools down, and real resolvers in front of them. Prints as JSON what clients in Berlin, whom pools
 * refuse, and in Chicago get from each. All processes that it starts end with the namespaces.
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'dns-packet';
import { addressesOf, queryOctets } from '../dns-client.js';
import { smallCity } from '../places.js';
import { raiseWorld, untilAnswered } from '../predelegation/raise.js';
import { HINTS, NAME_SERVERS } from '../predelegation/world.js';
import { LIMIT, spawnProgram, until } from '../program.js';
import { RESOLVERS } from './configs.js';

const [, , directory = ''] = process.argv;
const ZONE = 'dl.example.org';
const RCODE_NAMES = ['NODATA', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
/** Of the header's third octet (RFC 1035 §4.1.1). */
const RECURSION_DESIRED = 1;
const CLIENTS = { berlin: '5.249.168.7', chicago: '5.249.169.7' };
const RCODES = ['refused', 'nxdomain', 'nodata'];
const ORDERS = [
  ['berlin', 'chicago'],
  ['chicago', 'berlin'],
] as const;

const servers = Object.values(NAME_SERVERS);
const resolvers = Object.entries(RESOLVERS);
raiseWorld(directory, [
  ...servers.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]),
  ...resolvers.map(([, { address }]) => address),
  ...Object.values(CLIENTS),
]);

/** The zone; `probe` is that of the pools for panic. */
const zoneOf = (probe: string): string => `zone: ${ZONE}
ns: [ns1.dl.example.org, ns2.example.net]
pools:
${RCODES.flatMap((rcode) => ORDERS.map((order) => `  ${rcode}-${order.join('-')}: { probe: { type: none }, refuse: { countries: [DE], rcode: ${rcode} } }`)).join('\n')}
${[1, 2, 3, 4].map((i) => `  panic-${i}: { panic: servfail, probe: { ${probe} } }`).join('\n')}
mirrors: { aurora: { addresses: [${servers[0]?.ipv4}] } }
records: { ns1: { A: [${servers[0]?.ipv4}], AAAA: ["${servers[0]?.ipv6}"] } }
`;

writeFileSync(join(directory, 'city.mmdb'), smallCity());
const probes = ['type: tcp, port: 1, fall: 1, interval: 1s, fast_interval: 1s, timeout: 1s', 'type: none'];
for (const [i, { ipv4, ipv6 }] of servers.entries()) {
  const home = join(directory, `server-${i}`);
  mkdirSync(join(home, 'zones'), { recursive: true });
  writeFileSync(join(home, 'zones', 'zone.yaml'), zoneOf(probes[i] ?? ''));
  writeFileSync(join(home, 'geopool.yaml'), `geo: { city: ${join(directory, 'city.mmdb')} }\n`);
  const listen = [`${ipv4}:53`, `[${ipv6}]:53`].flatMap((at) => ['--listen', at]);
  const server = spawnProgram(['serve', '--config', 'geopool.yaml', '--state', 'state', ...listen], {
    cwd: home,
  });
  server.stderr.pipe(process.stderr);
  server.stdout.resume();
}
const hints = join(directory, 'hints');
writeFileSync(hints, HINTS);
for (const [name, { address, command }] of resolvers) {
  const home = join(directory, name.replaceAll(' ', '-'));
  mkdirSync(home);
  const [program = '', ...args] = command({ address, home, hints });
  spawn(program, args, { cwd: home, stdio: 'ignore' });
}
await untilAnswered(
  ZONE,
  servers.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]),
);

/** What a client at an address is told by a host: the rcode, and how many addresses. */
function ask(name: string, host: string, from: string, limit = LIMIT): Promise<string | undefined> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    const finish = (said: string | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(said);
    };
    const timer = setTimeout(finish, limit, undefined);
    socket.on('error', () => finish(undefined));
    socket.on('message', (octets) => {
      const rcode = RCODE_NAMES[(octets[3] ?? 0) & 15] ?? '';
      const addresses = addressesOf(decode(octets)).length;
      finish(addresses > 0 ? 'addresses' : rcode);
    });
    const query = queryOctets({ name }, 1);
    query[2] = RECURSION_DESIRED;
    socket.bind(0, from, () => socket.send(query, 53, host));
  });
}

const [first] = servers;
for (const i of [1, 2, 3, 4]) {
  await until(async () => {
    const said = await ask(`panic-${i}.${ZONE}`, first?.ipv4 ?? '', CLIENTS.chicago, 1000);
    return said === 'SERVFAIL' ? true : undefined;
  }, 'panic');
}
/** By resolver and pool, what its clients are told. */
const found: Record<string, Record<string, (string | undefined)[]>> = {};
for (const [resolver, { address, tellsSubnet }] of resolvers) {
  await until(() => ask(`ns1.${ZONE}`, address, CLIENTS.chicago, 1000), `an answer of ${resolver}`);
  const own: Record<string, (string | undefined)[]> = {};
  for (const rcode of RCODES) {
    for (const order of ORDERS) {
      const name = `${rcode}-${order.join('-')}`;
      // PowerDNS keeps every denial for a second at least (minimum-ttl-override).
      const isDue = tellsSubnet && rcode !== 'refused';
      const told = async (who: keyof typeof CLIENTS): Promise<string | undefined> => {
        const asked = (): Promise<string | undefined> => ask(`${name}.${ZONE}`, address, CLIENTS[who]);
        if (who === 'berlin' || !isDue) return await asked();
        const look = async () => ((await asked()) === 'addresses' ? 'addresses' : undefined);
        return await until(look, `addresses of ${name} by ${resolver}`, 30_000);
      };
      own[name] = [await told(order[0]), await told(order[1]), await told(order[0])];
    }
  }
  own.panic = [];
  for (const i of [1, 2, 3, 4]) own.panic.push(await ask(`panic-${i}.${ZONE}`, address, CLIENTS.chicago));
  found[resolver] = own;
}
// As the first process here it takes the others with it.
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
