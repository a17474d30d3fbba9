/**
 * Hashes of what a server serves from. They show members that their zone files or databases differ.
 */
import type { World } from '../compile/world.js';
import { digestOf } from '../fleet/documents.js';

export interface WorldHashes {
  readonly zones: string;
  readonly databases: string;
}

/** Returns a function that gives the hashes of a world; they are computed once for each world. */
export function createWorldHashes(): (world: World) => WorldHashes {
  const known = new WeakMap<World, WorldHashes>();
  return (world) => {
    const found = known.get(world) ?? hashesOf(world);
    known.set(world, found);
    return found;
  };
}

function hashesOf({ zones, geo }: World): WorldHashes {
  const sorted = zones.map(({ zone }) => zone).sort((a, b) => (a.name < b.name ? -1 : 1));
  const databases = geo.map(({ type, build_epoch }) => `${type} ${build_epoch}`).sort();
  return {
    zones: digestOf(JSON.stringify(sorted, told)),
    databases: digestOf(JSON.stringify(databases)),
  };
}

/** Omits what may differ between servers with the same files: paths, and the addresses that names resolve to. */
function told(this: unknown, key: string, value: unknown): unknown {
  if (key === 'file') return undefined;
  if (key === 'addresses' && typeof this === 'object' && this !== null && 'hostname' in this)
    return undefined;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}
