/**
 * An explanation with all that must be looked up for it: the client's location, in the databases, and the scope of its
 * answer, in the map. It reads files, so a server runs it in a thread of its own.
 */
import { locateIPv4, locateIPv6, SPECIAL } from '../answer/locate.js';
import type { LocationMap } from '../answer/table.js';
import { openDatabase } from '../geo/database.js';
import type { GeoSources } from '../geo/geo-sources.js';
import { readMmdb } from '../geo/mmdb-file.js';
import { scanAsns } from '../geo/scan.js';
import { parseAddress } from '../ip/address.js';
import { specialBlockOf } from '../ip/special-purpose.js';
import { GeopoolError } from '../platform/errors.js';
import type { Family, Location } from '../platform/types.js';
import type { Pool, Zone } from '../zone/model.js';
import { type AddressReason, type Explanation, explainPool } from './explain.js';
import { compileAlone } from './map/geography.js';
import { roundToGrid } from './map/grid.js';
import { asnsOfPlan, mappedGeography, mirrorsIn } from './pool-plan.js';

export interface ExplainJob {
  /** The zone, with the pool among its pools. */
  readonly zone: Zone;
  /** The pool's owner name. */
  readonly owner: string;
  readonly family: Family;
  /** The client's address. */
  readonly from: string;
  /** Where the zone's mirrors are, in the zone's order. */
  readonly places: readonly Location[];
  readonly sources: GeoSources;
  /** Whether clients are located on the grid. */
  readonly grid: boolean;
  readonly panic: boolean;
  readonly health: readonly AddressReason[];
  readonly epoch: number;
  /** The location map in use; absent: it is worked out. */
  readonly map?: LocationMap;
}

/** Throws REQUEST_REFUSED if the client is not an address or the pool does not exist, and DATABASE_INVALID. */
export function runExplainJob(job: ExplainJob): Explanation {
  const { zone, owner, family, from, places, sources, panic, health, epoch } = job;
  const address = parseAddress(from);
  if (address === null) throw new GeopoolError('REQUEST_REFUSED', `${from} is not an IP address`);
  const pool = zone.pools.find((candidate) => candidate.owner === owner);
  if (pool === undefined) throw new GeopoolError('REQUEST_REFUSED', `${owner} is not a pool of ${zone.name}`);
  // Databases are not asked about special-purpose addresses, as when the map is made.
  const block = specialBlockOf(address)?.prefix;
  const locations = block === undefined ? openDatabase(sources.location.path) : undefined;
  const known = locations?.locate(address).location ?? {};
  const location = job.grid ? roundToGrid(known) : known;
  const asn =
    sources.asn === undefined || block !== undefined
      ? undefined
      : openDatabase(sources.asn.path).asnOf(address).asn;
  const placed = new Map(zone.mirrors.map((mirror, i) => [mirror, places[i] ?? {}]));
  const placeOf = (mirror: Zone['mirrors'][number]): Location => placed.get(mirror) ?? {};
  const map = job.map ?? mapOf(job, pool, placeOf);
  const ipv6 = address.family === 'ipv6';
  const found = (ipv6 ? locateIPv6 : locateIPv4)(map, address.bytes, 0);
  const isIgnored = block !== undefined && (found & SPECIAL) !== 0;
  return explainPool({
    zone,
    pool,
    family,
    client: {
      address,
      location,
      region: locations?.regionOf(address) ?? {},
      scope: found & 0xff,
      ...(asn !== undefined && { asn }),
      ...(isIgnored && { specialPurpose: block.text }),
    },
    placeOf,
    panic,
    health,
    epoch,
  });
}

function mapOf(
  { zone, family, sources, grid }: ExplainJob,
  pool: Pool,
  placeOf: (mirror: Zone['mirrors'][number]) => Location,
): LocationMap {
  const plan = mappedGeography(pool, mirrorsIn(zone, pool, family), placeOf);
  const named = new Set(asnsOfPlan(plan));
  const databases = {
    locations: readMmdb(sources.location.path),
    ...(sources.asn !== undefined && { asns: scanAsns(sources.asn.path, named) }),
  };
  return compileAlone(plan, databases, grid).table;
}
