/**
 * gdnsd with its geoip plugin: datacenters by distance, three of them for each location.
 */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Running } from '../processes.js';
import { SIX_MIRRORS, ZONE_HEAD, ZONE_NAME } from '../six-mirrors.js';
import { SERVER_CORE, type Stage } from '../stage.js';
import { type Server, whenAnswering } from './server.js';

/** The files of one gdnsd, which may be started again and again on them. */
export interface GdnsdHome {
  readonly directory: string;
  readonly etc: string;
  readonly zoneFile: string;
  readonly port: number;
}

export interface Gdnsd extends Server {
  readonly home: GdnsdHome;
  /** Runs gdnsdctl with an action; gives what it says. */
  control(action: string): Promise<string>;
}

export function makeGdnsdHome(stage: Stage): GdnsdHome {
  const directory = mkdtempSync(join(stage.directory, 'gdnsd-'));
  const etc = join(directory, 'etc');
  const port = stage.nextPort();
  for (const folder of ['etc/zones', 'etc/geoip', 'run', 'state']) {
    mkdirSync(join(directory, folder), { recursive: true });
  }
  symlinkSync(stage.database, join(etc, 'geoip/city.mmdb'));
  const names = SIX_MIRRORS.map(({ country }) => country).join(', ');
  const coordinates = SIX_MIRRORS.map((site) => `${site.country} => [${site.latitude}, ${site.longitude}]`);
  const addresses = SIX_MIRRORS.map(
    (site) =>
      `${site.country} => { ${site.addresses.map((address, i) => `m${i + 1} => ${address}`).join(', ')} }`,
  );
  writeFileSync(
    join(etc, 'config'),
    `options => {
  listen => 127.0.0.1:${port}, udp_threads => 1, tcp_threads => 1, edns_client_subnet => true
  run_dir => ${join(directory, 'run')}, state_dir => ${join(directory, 'state')}
}
plugins => { geoip => {
  maps => { places => {
    geoip2_db => city.mmdb, datacenters => [${names}], auto_dc_limit => 3
    auto_dc_coords => { ${coordinates.join(', ')} }
  } }
  resources => { dl => { map => places, service_types => up, dcmap => { ${addresses.join(', ')} } } }
} }
`,
  );
  const zoneFile = join(etc, 'zones', ZONE_NAME);
  writeFileSync(zoneFile, gdnsdZone(60));
  return { directory, etc, zoneFile, port };
}

export function gdnsdZone(ttl: number): string {
  return `${ZONE_HEAD}dl ${ttl} DYNA geoip!dl\n`;
}

export async function startGdnsd(stage: Stage, home = makeGdnsdHome(stage)): Promise<Gdnsd> {
  const server = await whenAnswering('gdnsd', home.port, launchGdnsd(stage, home, true));
  return { ...server, home, control: (action) => stage.processes.run('gdnsdctl', ['-c', home.etc, action]) };
}

/** Starts it and does not wait. */
export function launchGdnsd(stage: Stage, { directory, etc }: GdnsdHome, pinned: boolean): Running {
  return stage.processes.start({
    command: 'gdnsd',
    args: ['-c', etc, 'start'],
    log: join(directory, 'log'),
    ...(pinned && { core: SERVER_CORE }),
  });
}
