/**
 * gdnsd with Wikimedia's own files. These do not belong to the project: they are beside it if the developer put them there.
 * Also databases in which each of some places has a network.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type MmdbValue, writeMmdb } from '../mmdb-writer.js';
import type { Scope } from '../scope.js';
import { type DnsClient, udpClient } from './dns-client.js';
import type { Home } from './server.js';

/** Where the files are. */
export const DIRECTORY = resolve(process.cwd(), '../shared/published/gdnsd-wikimedia');
/** Why there is nothing to ask; false where there is. */
export const skip = !existsSync(DIRECTORY)
  ? 'the files of Wikimedia are not there'
  : spawnSync('gdnsd', ['-c', '/nowhere', 'checkconf'], { stdio: 'ignore' }).error !== undefined &&
    'gdnsd is not installed: apt-get install gdnsd';

/** The first address of each site. */
export const SITES: Readonly<Record<string, string>> = {
  eqiad: '208.80.154.224',
  codfw: '208.80.153.224',
  esams: '185.15.59.224',
  ulsfo: '198.35.26.224',
  eqsin: '103.102.166.224',
  drmrs: '185.15.58.224',
  magru: '195.200.68.224',
};

/** Its zone. */
export const ZONE_FILE = `@ SOA ns1 hm 1 7200 1800 259200 900
@ NS ns1
ns1 A 192.0.2.1
@ 60 DYNA geoip!text-addrs
next 60 DYNA geoip!text-next
`;

/** gdnsd with the original files; a port that is free over TCP may not be so over UDP, or for long. */
export async function startGdnsd(t: Scope, home: Home, database: Uint8Array): Promise<DnsClient> {
  for (let more = 4; ; more--) {
    try {
      return await tryGdnsd(t, home, database);
    } catch (error) {
      if (more === 0) throw error;
    }
  }
}

/** Resolves once it answers. */
async function tryGdnsd(t: Scope, { dir, write }: Home, database: Uint8Array): Promise<DnsClient> {
  const original = (name: string): string => readFileSync(`${DIRECTORY}/${name}`, 'utf8');
  const port = await freePort();
  const options = `options => { listen => "127.0.0.1:${port}", run_dir => "${dir}/run", state_dir => "${dir}/state",`;
  await write('gdnsd/config', original('standalone-config').replace('options => {', options));
  for (const name of ['geo-maps', 'geo-resources']) await write(`gdnsd/${name}`, original(name));
  await write('gdnsd/zones/example.org', ZONE_FILE);
  await write('gdnsd/geoip/GeoIP2-City.mmdb', database);
  for (const folder of ['run', 'state']) await write(`${folder}/.keep`, '');
  const child = spawn('gdnsd', ['-c', `${dir}/gdnsd`, 'start'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let said = '';
  for await (const line of createInterface({ input: child.stderr })) {
    said += `${line}\n`;
    if (line.includes('DNS listeners started')) {
      child.stderr.resume();
      return udpClient(t, { port });
    }
  }
  throw new Error(`gdnsd does not start:\n${said}`);
}

/** A port that is free over TCP just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** A database with a network of each family for each record, and clients in them; `more` are further networks. */
export function databaseOf(
  records: readonly MmdbValue[],
  more: Readonly<Record<string, MmdbValue>> = {},
): {
  database: Uint8Array;
  clients: readonly string[];
} {
  const entries = records.flatMap((record, i) => [
    [`5.${100 + (i >> 8)}.${i & 255}.0/24`, record] as const,
    [`2a00:${(i + 1).toString(16)}::/32`, record] as const,
  ]);
  const database = writeMmdb({
    type: 'GeoLite2-City',
    entries: { ...Object.fromEntries(entries), ...more },
    aliases: true,
    // libmaxminddb takes each field in its own size of integer only.
    metadata: {
      binary_format_major_version: Uint16Array.of(2),
      binary_format_minor_version: Uint16Array.of(0),
      ip_version: Uint16Array.of(6),
      record_size: Uint16Array.of(28),
    },
  });
  return { database, clients: entries.map(([prefix]) => prefix) };
}

/** A record of a City database. */
export const inContinent = (continent: string, country?: string, subdivision?: string): MmdbValue => ({
  continent: { code: continent },
  ...(country !== undefined && { country: { iso_code: country } }),
  ...(subdivision !== undefined && { subdivisions: [{ iso_code: subdivision }] }),
});
