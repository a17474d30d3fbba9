/**
 * Real resolvers that query over TLS: unbound, which is configured to, and PowerDNS Recursor, which assumes that a server
 * on port 853 speaks TLS. Neither authenticates the certificate, as in RFC 9539.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode } from 'dns-packet';
import t, { type Test } from 'tap';
import { noCertificates } from '../server/tls-certificate.js';
import { addressesOf, queryOctets } from './dns-client.js';
import { until } from './program.js';
import { makeTlsHome, startTlsServer, type TlsHome, type TlsServer } from './tls-home.js';

const NAME = 'dl.example.org';
const ZONE = `zone: ${NAME}
ns: [ns1.example.net]
ttl: 1
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
records: { "*.any": { A: [192.0.2.2] } }
`;
/** The only port on which PowerDNS speaks TLS; at an address that no other test has. */
const TLS_PORT = 853;
const TLS_HOST = '127.8.53.1';

interface Resolver {
  readonly program: string;
  readonly install: string;
  /** Where it expects TLS; absent: at any port. */
  readonly at?: { readonly host: string; readonly port: number };
  /** Writes its files into the directory, and gives its arguments. */
  readonly configure: (home: TlsHome, port: number, upstream: string) => Promise<readonly string[]>;
}

const RESOLVERS: Readonly<Record<string, Resolver>> = {
  unbound: {
    program: 'unbound',
    install: 'unbound',
    async configure({ dir }, port, upstream) {
      const file = join(dir, 'unbound.conf');
      await writeFile(
        file,
        `server:
  directory: "${dir}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  interface: 127.0.0.1
  port: ${port}
  do-not-query-localhost: no
  module-config: "iterator"
stub-zone:
  name: ${NAME}
  stub-addr: ${upstream.replace(':', '@')}
  stub-tls-upstream: yes
remote-control:
  control-enable: no
`,
      );
      return ['-d', '-p', '-c', file];
    },
  },
  'PowerDNS Recursor': {
    program: 'pdns_recursor',
    install: 'pdns-recursor',
    at: { host: TLS_HOST, port: TLS_PORT },
    async configure({ dir }, port, upstream) {
      const settings = {
        'config-dir': dir,
        'socket-dir': dir,
        'local-address': '127.0.0.1',
        'local-port': port,
        'forward-zones': `${NAME}=${upstream}`,
        'dont-query': '',
        daemon: 'no',
        'disable-syslog': 'yes',
        threads: 1,
        dnssec: 'off',
        'minimum-ttl-override': 0,
        'edns-padding-out': 'yes',
      };
      return Object.entries(settings).map(([key, value]) => `--${key}=${value}`);
    },
  },
};

/** A port of loopback that nobody has now. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** What a resolver says within a second to a client that wants all of the answer; undefined: nothing. */
function ask(port: number, name: string): Promise<string[] | undefined> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    const finish = (said: string[] | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(said);
    };
    const timer = setTimeout(finish, 1000, undefined);
    socket.on('error', () => finish(undefined));
    socket.on('message', (octets) => finish(addressesOf(decode(octets))));
    const query = queryOctets({ name }, 1);
    query[2] = 1;
    socket.send(query, port, '127.0.0.1');
  });
}

async function serverFor(t: Test, home: TlsHome, { at }: Resolver): Promise<TlsServer> {
  if (at === undefined) return await startTlsServer(t, home);
  return await startTlsServer(t, home, {
    hosts: ['127.0.0.1', `tls://${at.host}`],
    ports: [0, at.port],
  });
}

const PATH = `${process.env.PATH ?? ''}:/usr/sbin`;

for (const [name, resolver] of Object.entries(RESOLVERS)) {
  const { program, install, at } = resolver;
  const { error } = spawnSync(program, ['--version'], { env: { PATH } });
  const skip =
    noCertificates ||
    (error !== undefined && `apt-get install ${install}`) ||
    (at !== undefined && process.geteuid?.() !== 0 && 'only root has port 853');
  t.test(name, { skip }, async (t) => {
    const home = await makeTlsHome(t, { 'z.yaml': ZONE });
    const server = await serverFor(t, home, resolver);
    const port = await freePort();
    const args = await resolver.configure(home, port, `${at?.host ?? '127.0.0.1'}:${server.tlsPort}`);
    const child = spawn(program, args, { cwd: home.dir, stdio: 'ignore', env: { PATH } });
    const ended = new Promise((resolve) => child.once('close', resolve));
    t.teardown(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    const answer = await until(async () => {
      const said = await ask(port, NAME);
      return said !== undefined && said.length > 0 ? said : undefined;
    }, `an answer of ${name}`);
    t.same(answer, ['192.0.2.1']);
    for (let i = 0; i < 20; i++) {
      const said = await until(() => ask(port, `n${i}.any.${NAME}`), 'another answer');
      t.same(said, ['192.0.2.2']);
    }
    const { queries, tls } = (await server.status()).counters;
    t.ok(queries.tls.ipv4 >= 21);
    t.equal(queries.udp.ipv4 + queries.tcp.ipv4, 0, 'all of it over TLS');
    t.ok(tls.handshakes.full + tls.handshakes.resumed < queries.tls.ipv4, 'with fewer handshakes');
    t.equal(tls.handshakes.failed, 0);
  });
}
