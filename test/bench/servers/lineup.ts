/**
 * geopool and the peers that it is measured beside. A peer that is not installed is left out, and that is said.
 */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../stage.js';
import { startFloor } from './floor.js';
import { startGdnsd } from './gdnsd.js';
import { makeGeopoolHome, startGeopool } from './geopool.js';
import { startKnot } from './knot.js';
import { startPowerdns } from './powerdns.js';
import type { Server } from './server.js';

export type PeerName = 'gdnsd' | 'Knot' | 'PowerDNS' | 'bare floor';

export interface Peer {
  readonly name: PeerName;
  /** The program that must be there, and the Debian packages that have it. */
  readonly program?: string;
  readonly packages?: string;
  readonly start: (stage: Stage) => Promise<Server>;
}

export const PEERS: readonly Peer[] = [
  { name: 'gdnsd', program: 'gdnsd', packages: 'gdnsd', start: (stage) => startGdnsd(stage) },
  {
    name: 'Knot',
    program: 'knotd',
    packages: 'knot knot-module-geoip',
    start: (stage) => startKnot(stage),
  },
  {
    name: 'PowerDNS',
    program: 'pdns_server',
    packages: 'pdns-server pdns-backend-geoip',
    start: (stage) => startPowerdns(stage),
  },
  { name: 'bare floor', start: startFloor },
];

export interface Lineup {
  readonly geopool: Server;
  readonly peers: readonly Server[];
  /** Why peers are missing, in words. */
  readonly missing: readonly string[];
}

/** Does `work` with geopool and those of `names` that are installed, all on one core; ends them afterwards. */
export async function withLineup<T>(
  stage: Stage,
  names: readonly PeerName[],
  work: (lineup: Lineup) => Promise<T>,
): Promise<T> {
  const started: Server[] = [];
  const missing: string[] = [];
  const start = async (making: Promise<Server>): Promise<Server> => {
    const server = await making;
    started.push(server);
    return server;
  };
  try {
    const geopool = await start(startGeopool(stage, makeGeopoolHome(stage)));
    for (const peer of PEERS.filter(({ name }) => names.includes(name))) {
      const absence = absenceOf(peer);
      if (absence === undefined) await start(peer.start(stage));
      else missing.push(absence);
    }
    return await work({ geopool, peers: started.filter((server) => server !== geopool), missing });
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
}

/** Why a peer can't be measured; undefined where it can. */
export function absenceOf({ name, program, packages }: Peer): string | undefined {
  if (program === undefined || isInstalled(program)) return undefined;
  return `${name} is left out: it is not installed (Debian: ${packages})`;
}

/** Servers live in /usr/sbin, which is not in everybody's PATH. */
export function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
