/**
 * Proves the import of PowerDNS Lua records: Arch's own zone, imported, beside PowerDNS with the original, its mirrors
 * assumed up. PowerDNS' `pickclosest` measures distance on a plane of degrees, so some clients that are far from all
 * mirrors go elsewhere. Every difference must have this reason.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { importPowerdns } from '../../src/import/powerdns.js';
import { writeZone } from '../../src/import/write-zone.js';
import { seededRandom } from '../../src/platform/random.js';
import type { Point } from '../../src/platform/types.js';
import { distanceKm, toVector } from '../../src/select/distance.js';
import { parseZone } from '../../src/zone/parse-zone.js';
import type { MmdbValue } from '../mmdb-writer.js';
import type { Scope } from '../scope.js';
import { type DnsClient, udpClient } from './dns-client.js';
import { type Home, makeHome, startServer } from './server.js';
import { databaseOf, freePort } from './wikimedia-gdnsd.js';

const FILE = resolve(process.cwd(), '../shared/published/powerdns-arch/geo.yml');
const NAME = 'geo.mirror.pkgbuild.com';
const skip = !existsSync(FILE)
  ? 'the zone of Arch is not there'
  : spawnSync('pdns_server', ['--version'], { stdio: 'ignore' }).error !== undefined &&
    'PowerDNS is not installed: apt-get install pdns-server pdns-backend-geoip';
const PLACES = 1000;
const AT_ONCE = 50;

/** Where the mirrors are taken to be, in their order. */
const SITES: readonly Point[] = [
  [52.5, 13.4],
  [50.1, 8.7],
  [-26.2, 28],
  [51.5, -0.1],
  [34.1, -118.2],
  [1.3, 103.8],
  [25, 121.5],
  [63.8, 20.3],
].map(([latitude = 0, longitude = 0]) => ({ latitude, longitude }));

const recordAt = ({ latitude, longitude }: Point): MmdbValue => ({
  continent: { code: 'EU' },
  location: {
    latitude: Float64Array.of(latitude),
    longitude: Float64Array.of(longitude),
    // Without it PowerDNS knows no place at all.
    accuracy_radius: Uint16Array.of(10),
  },
});

/** PowerDNS with the original, asking no mirror whether it is up. */
async function startPowerdns(t: Scope, { dir, write }: Home, database: Uint8Array): Promise<DnsClient> {
  for (let more = 4; ; more--) {
    const port = await freePort();
    const zones = readFileSync(FILE, 'utf8').replace(
      /ifurlup\('[^']*',(\s*\{[^}]*\}),\s*\{[^}]*\}\)/g,
      'pickclosest($1)',
    );
    await write('pdns/zones.yaml', zones);
    await write('pdns/city.mmdb', database);
    await write(
      'pdns/pdns.conf',
      `launch=geoip
geoip-database-files=mmdb:${dir}/pdns/city.mmdb
geoip-zones-file=${dir}/pdns/zones.yaml
enable-lua-records=yes
edns-subnet-processing=yes
local-address=127.0.0.1
local-port=${port}
socket-dir=${dir}/pdns
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
`,
    );
    const child = spawn('pdns_server', [`--config-dir=${dir}/pdns`], { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise((resolve) => child.once('close', resolve));
    t.teardown(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    let said = '';
    for await (const line of createInterface({ input: child.stderr })) {
      said += `${line}\n`;
      if (!line.includes('ready to distribute questions')) continue;
      child.stderr.resume();
      return udpClient(t, { port });
    }
    if (more === 0) throw new Error(`PowerDNS does not start:\n${said}`);
  }
}

/** The squared distance as PowerDNS has it: of degrees, as wide as each other everywhere, and joined at 180 one way round. */
function onPlane(client: Point, site: Point): number {
  const longitude = client.longitude - site.longitude;
  return (client.latitude - site.latitude) ** 2 + (longitude > 180 ? 360 - longitude : longitude) ** 2;
}

/** The indices of all that are as near as the nearest, within a part of it. */
function nearest(distances: readonly number[], part: number): readonly number[] {
  const least = Math.min(...distances);
  return distances.flatMap((distance, i) => (distance <= least * (1 + part) ? [i] : []));
}

t.test("Arch's mirrors, by distance", { skip }, async (t) => {
  const [made] = importPowerdns([{ file: 'geo.yml', text: readFileSync(FILE, 'utf8') }], {});
  if (made === undefined) throw new Error('no zone');
  const { text } = writeZone(made, undefined, 'geo.yml');
  const parsed = parseZone(text.replaceAll(/probe: \{ type: https[^}]*\}/g, 'probe: { type: none }'), 'made');
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
  const siteOf = new Map<string | undefined, number>(
    parsed.zone.mirrors.flatMap(({ addresses }, i) => addresses.map((address) => [address.text, i] as const)),
  );
  t.equal(siteOf.size, 2 * SITES.length);

  const random = seededRandom(7);
  const points = Array.from(
    { length: PLACES },
    (): Point => ({ latitude: random() * 150 - 70, longitude: random() * 360 - 180 }),
  );
  const mirrors = [...siteOf].map(([address = '', i]) => [
    `${address}/${address.includes(':') ? 128 : 32}`,
    recordAt(SITES[i] ?? { latitude: 0, longitude: 0 }),
  ]);
  const { database, clients } = databaseOf(points.map(recordAt), Object.fromEntries(mirrors));

  const config = 'geo: { city: city.mmdb }\n';
  const zone = text.replaceAll(/probe: \{ type: https[^}]*\}/g, 'probe: { type: none }');
  const home = await makeHome(t, { zones: { 'arch.yaml': zone }, config });
  await home.write('city.mmdb', database);
  const { port } = await startServer(t, { home, config });
  const ours = await udpClient(t, { port });
  const theirs = await startPowerdns(t, home, database);

  const wrong: string[] = [];
  let elsewhere = 0;
  const ask = async (subnet: string, point: Point, type: 'A' | 'AAAA'): Promise<void> => {
    const [a, b] = await Promise.all(
      [ours, theirs].map(async (client) =>
        siteOf.get((await client.addresses({ name: NAME, type, subnet }))[0]),
      ),
    );
    const here = toVector(point);
    const sphere = nearest(
      SITES.map((site) => distanceKm(here, toVector(site))),
      1e-9,
    );
    const plane = nearest(
      SITES.map((site) => onPlane(point, site)),
      1e-9,
    );
    if (a !== b) elsewhere++;
    // Each is right by its own measure; so where they differ, it is the measure.
    if (!sphere.includes(a ?? -1))
      wrong.push(`${subnet}: ${a} is not the nearest on the sphere, ${sphere.join()}`);
    if (!plane.includes(b ?? -1))
      wrong.push(`${subnet}: ${b} is not the nearest on the plane, ${plane.join()}`);
  };
  for (let i = 0; i < clients.length; i += AT_ONCE) {
    await Promise.all(
      clients.slice(i, i + AT_ONCE).map(async (subnet, j) => {
        const point = points[(i + j) >> 1];
        if (point !== undefined) await ask(subnet, point, (i + j) % 3 === 0 ? 'AAAA' : 'A');
      }),
    );
  }
  t.same(wrong, []);
  t.ok(elsewhere > 0 && elsewhere < clients.length / 2, `${elsewhere} of ${clients.length} go elsewhere`);
  t.comment(`${elsewhere} of ${clients.length} clients go elsewhere, each for the plane`);
});
