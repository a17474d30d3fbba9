/**
 * Fleets of real servers over real instances, for tests. Each server sees aurora at a port of its own, so the test decides
 * what each of them sees.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import { newMemberKey } from '../../src/fleet/member-key.js';
import { createAuthority } from '../probe/certificates.js';
import type { Scope } from '../scope.js';
import { OWN_HOST, type RunningInstance, startInstance } from './instances.js';
import { type LiveMirror, startMirror } from './mirrors.js';
import { until } from './program.js';
import { makeHome, type Server, type ServerOptions, startServer } from './server.js';

export const ZONE = 'dl.example.org';

const zoneOf = ({ port, address }: LiveMirror): string => `zone: ${ZONE}
ns: [ns1.example.net]
pools:
  "@":
    answers: 8
    probe: { type: http, path: /, port: ${port}, interval: 2s, fast_interval: 2s, timeout: 2s, fall: 1, rise: 1 }
mirrors:
  aurora: { addresses: [${address}] }
  boreas: { addresses: [127.0.0.12], probe: { type: none } }
  corvus: { addresses: [127.0.0.13], probe: { type: none } }
`;

export interface Seat {
  readonly name: string;
  /** Aurora as this server sees it. */
  readonly view: LiveMirror;
  server: Server;
  /** Stops it, and starts it anew on what it left. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
}

/** What one of them has otherwise than the others. */
export interface SeatOptions {
  /** Of the instances. */
  readonly urls: readonly string[];
  /** The zone, as YAML. */
  readonly zone?: string;
  /** More of the key `fleet`, as YAML. */
  readonly more?: string;
  /** How it starts. */
  readonly start?: Pick<ServerOptions, 'netns' | 'env'>;
}

/** Servers of one fleet, gone when the test ends; `address` is aurora's. */
export async function startFleet(
  t: Scope,
  size: number,
  optionsOf: (i: number) => SeatOptions,
  address = '127.0.0.11',
): Promise<Seat[]> {
  const keys = Array.from({ length: size }, newMemberKey);
  const members = keys.map(({ publicKey }, i) => `    ns${i}.example.org: { key: "${publicKey}" }`);
  return Promise.all(
    keys.map(async ({ pem }, i): Promise<Seat> => {
      const name = `ns${i}.example.org`;
      const view = await startMirror(t, address);
      const { urls, zone = zoneOf(view), more = '', start } = optionsOf(i);
      const config = `geo: { city: city.mmdb }
fleet:
  name: ${name}
  key_file: fleet.key
  members:
${members.join('\n')}
  servers: [${urls.map((url) => `"${url}"`).join(', ')}]
${more}`;
      const home = await makeHome(t, { zones: { 'dl.yaml': zone }, config });
      await home.write('fleet.key', pem);
      await chmod(join(home.dir, 'fleet.key'), 0o600);
      const seat: Seat = {
        name,
        view,
        server: await startServer(t, { home, ...start }),
        async restart(meanwhile) {
          await seat.server.stop();
          await meanwhile?.();
          seat.server = await startServer(t, { home, ...start });
        },
      };
      return seat;
    }),
  );
}

/** Instances, gone when the test ends. */
export async function startInstances(t: Scope, count: number): Promise<RunningInstance[]> {
  const dir = await mkdtemp(join(tmpdir(), 'geopool-kv-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  return Promise.all(Array.from({ length: count }, (_, i) => startInstance(t, dir, `kv${i}`)));
}

/** An instance as contrib/valkey/geopool.conf has it: over TLS, with a user for each member. */
export interface GuardedInstance extends RunningInstance {
  /** What the key `fleet` of a member has for it, as YAML. */
  accessOf(i: number): string;
}

/** For a fleet of `size`, gone when the test ends; undefined where there is no openssl. */
export async function startGuarded(t: Test, size: number): Promise<GuardedInstance | undefined> {
  const dir = t.testdir();
  const authority = createAuthority(join(dir, 'ca'));
  if (authority === undefined) return undefined;
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(dir, name), text);
    return join(dir, name);
  };
  const passwords = Array.from({ length: size }, (_, i) => `open sesame ${i}`);
  const [before = '', user = ''] = (await readFile('contrib/valkey/geopool.conf', 'utf8')).split(
    /^(?=user ns1 )/m,
  );
  const [line = ''] = user.split('\n');
  const lines = passwords.map((password, i) =>
    line
      .replaceAll('ns1', `ns${i}`)
      .replace(/#0{64}/, `#${createHash('sha256').update(password).digest('hex')}`),
  );
  const own = authority.issue(`IP:${OWN_HOST}`);
  const shown = authority.issue('DNS:members.example.org');
  const ca = await write('ca.pem', authority.ca);
  const certificate = await write('shown.pem', shown.cert);
  const key = await write('shown.key', shown.key);
  const files = await Promise.all(passwords.map((password, i) => write(`password${i}`, `${password}\n`)));
  const instance = await startInstance(t, dir, 'guarded', {
    ...{ host: OWN_HOST, port: 6380, authority: ca },
    ...{ certificate: await write('own.pem', own.cert), key: await write('own.key', own.key) },
    users: await write('users', `${before}${lines.join('\n')}\n`),
  });
  return {
    ...instance,
    accessOf: (i) => `  username: ns${i}
  password_file: ${files[i]}
  ca_file: ${ca}
  certificate_file: ${certificate}
  client_key_file: ${key}
`,
  };
}

/** A mirror as a server of the fleet has it. */
export async function mirrorOf({ server }: Seat, mirror = 'aurora'): Promise<MirrorReport> {
  const { zones } = await server.status();
  const found = zones[0]?.pools.flatMap(({ mirrors }) => mirrors).find(({ name }) => name === mirror);
  if (found === undefined) throw new Error(`${mirror} is in the status`);
  return found;
}

/** Waits until aurora is so on all of them. */
export async function agree(
  seats: readonly Seat[],
  what: string,
  fits: (mirror: MirrorReport) => boolean,
): Promise<void> {
  for (const seat of seats) {
    await until(async () => (fits(await mirrorOf(seat)) ? true : undefined), `${seat.name}: ${what}`);
  }
}

/** Waits until each hears what all see of aurora. */
export async function allSee(seats: readonly Seat[], seen: string): Promise<void> {
  await agree(
    seats,
    `all see ${seen}`,
    ({ fleet }) => fleet?.members.map(({ state = '-' }) => state.slice(0, 1)).join('') === seen,
  );
}
