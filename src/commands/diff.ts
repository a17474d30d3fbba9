/**
 * The verb `diff`: what changes from one directory of zone files to another, or from one database to another, in words and
 * in shares. With `--fail-above` it is a gate for such changes.
 */

import { statSync } from 'node:fs';
import { poolKey } from '../answer/table.js';
import { poolAvailability } from '../daemon/pool-health.js';
import { reportedSnapshot } from '../daemon/reported-snapshot.js';
import type { DaemonSettings } from '../daemon/settings.js';
import { indexTargets } from '../daemon/target-index.js';
import { clientsByCountry } from '../foresight/clients.js';
import { type Move, movedShare, movesBetween } from '../foresight/moves.js';
import { type SimulatedPool, simulate } from '../foresight/simulation.js';
import { changesBetween } from '../foresight/zone-changes.js';
import { readMmdb } from '../geo/mmdb-file.js';
import { readCountries } from '../geo/place-trees.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import type { Zone } from '../zone/model.js';
import { print, printJson } from './output.js';
import { withProgress } from './progress.js';
import { readShare } from './read-share.js';
import { readSettings, type SettingFlags } from './settings.js';
import { buildZoneWorld, poolsNamed } from './zone-world.js';

export interface DiffFlags extends SettingFlags {
  /** Exit code 1 if more than this part of a pool moves, or if a pool goes: `10%`. */
  readonly failAbove?: string;
  readonly json?: boolean;
}

/** `diff --json`. */
export interface DiffReport {
  readonly changes: readonly string[];
  readonly pools: readonly DiffedPool[];
}

export interface DiffedPool {
  readonly zone: string;
  readonly pool: string;
  readonly type: 'A' | 'AAAA';
  /** Present if the pool is in only one of the two. */
  readonly only?: 'old' | 'new';
  /** The part of all downloads that moves to another mirror, 0 to 1. For a pool that goes: 1. */
  readonly moved: number;
  /** From which mirror to which, the largest first. `from` or `to` is absent where no mirror is answered. */
  readonly moves: readonly Move[];
}

interface Side {
  readonly zones: readonly Zone[];
  readonly pools: readonly SimulatedPool[];
}

export async function diff(before: string, after: string, flags: DiffFlags): Promise<number> {
  const limit = readShare('--fail-above', flags.failAbove);
  const settings = readSettings(flags);
  const directories = isDirectory(before);
  if (isDirectory(after) !== directories) {
    const what = 'expected two directories of zone files, or two databases';
    throw new GeopoolError('USAGE', `${before}, ${after}: ${what}`);
  }
  const settingsOf = (path: string): DaemonSettings =>
    directories ? { ...settings, zones: path } : { ...settings, geo: { ...settings.geo, city: path } };
  const report = await withProgress(async (progress) => {
    progress(`working out what ${before} answers`);
    const was = await simulated(settingsOf(before));
    progress(`working out what ${after} answers`);
    return diffOf(was, await simulated(settingsOf(after)));
  });
  if (flags.json) printJson(report);
  else print(...formatDiff(report));
  const isTooMuch = ({ moved, only }: DiffedPool): boolean =>
    limit !== undefined && (moved > limit || only === 'old');
  return report.pools.some(isTooMuch) ? 1 : 0;
}

/** Whether the path is a directory of zone files rather than a database. Throws USAGE if there is neither. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new GeopoolError(
      'USAGE',
      `${path}: ${describeError(error)}: expected a directory of zone files, or a database`,
    );
  }
}

async function simulated(settings: DaemonSettings): Promise<Side> {
  const built = await buildZoneWorld(settings);
  const { world } = built;
  const { path } = world.sources.location;
  if (settings.geo.city !== undefined && path !== settings.geo.city) {
    throw new GeopoolError('DATABASE_INVALID', `${settings.geo.city} can't be used`, {
      details: world.sources.problems,
    });
  }
  const index = indexTargets(world);
  const now = Date.now();
  const snapshot = reportedSnapshot(undefined, index, now);
  const clients = clientsByCountry(readCountries(readMmdb(path)), settings.worldWeights);
  return {
    zones: world.zones.map(({ zone }) => zone),
    pools: simulate(built, poolsNamed(world, undefined), {
      availability: (pool) => poolAvailability(index, pool, snapshot, now),
      clients: (_plan, geography) => clients(geography),
      withoutLimit: false,
      now,
    }),
  };
}

function diffOf(before: Side, after: Side): DiffReport {
  const old = new Map(before.pools.map((pool) => [poolKey(pool), pool]));
  const now = new Map(after.pools.map((pool) => [poolKey(pool), pool]));
  return {
    changes: changesBetween(before.zones, after.zones),
    pools: [...new Map([...old, ...now])].map(([key, { zone, owner, family }]): DiffedPool => {
      const [was, is] = [old.get(key), now.get(key)];
      const moves = was === undefined || is === undefined ? [] : movesBetween(was, is);
      return {
        zone,
        pool: owner,
        type: family === 'ipv4' ? 'A' : 'AAAA',
        ...(was === undefined && { only: 'new' }),
        ...(is === undefined && { only: 'old' }),
        moved: is === undefined ? 1 : movedShare(moves),
        moves,
      };
    }),
  };
}

/** How many moves of each pool are listed. */
const MOST_MOVES = 20;

function formatDiff({ changes, pools }: DiffReport): string[] {
  return [
    ...changes,
    ...pools.flatMap(({ pool, type, only, moved, moves }) => {
      if (only !== undefined)
        return [`${pool} ${type}: ${only === 'old' ? 'is no longer answered' : 'is new'}`];
      const more = moves.length - MOST_MOVES;
      return [
        `${pool} ${type}: ${percent(moved)} of all downloads come from another mirror`,
        ...moves
          .slice(0, MOST_MOVES)
          .map(({ from = 'nobody', to = 'nobody', share }) => `  ${percent(share)} from ${from} to ${to}`),
        ...(more > 0 ? [`  and ${more} smaller moves`] : []),
      ];
    }),
  ];
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
