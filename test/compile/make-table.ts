/**
 * From the texts of zone files to a table that can be answered from, without files or threads: the steps that the
 * builder and the daemon take, put together for tests. Where addresses are is said by a few prefixes.
 */
import { locateIPv4, locateIPv6 } from '../../src/answer/locate.js';
import { ADDRESS, ADDRESS_STATES, setAddress, writePoolState } from '../../src/answer/pool-state.js';
import { respond } from '../../src/answer/respond.js';
import { newResponder, type Responder, setPeer } from '../../src/answer/responder.js';
import type { AnswerTable } from '../../src/answer/table.js';
import { withChosenPools } from '../../src/compile/choices.js';
import { type AddressReason, type Explanation, explainPool } from '../../src/compile/explain.js';
import { compileGeographies, type Geography } from '../../src/compile/map/geography.js';
import type { Databases } from '../../src/compile/map/reading.js';
import { compileReflection } from '../../src/compile/map/reflection.js';
import { memberRanks } from '../../src/compile/member-order.js';
import { type GeographyPlan, type PoolPlan, planPools } from '../../src/compile/pool-plan.js';
import { layOutPools } from '../../src/compile/pool-tables.js';
import { layOutZones } from '../../src/compile/zones/lay-out-zones.js';
import type { ZoneSigning } from '../../src/compile/zones/signed-zone.js';
import { databaseOf } from '../../src/geo/database.js';
import { placeMirror } from '../../src/geo/mirror-place.js';
import { type MmdbFile, mmdbOfBytes } from '../../src/geo/mmdb-file.js';
import { scanAsnsOf } from '../../src/geo/scan.js';
import { parseAddress } from '../../src/ip/address.js';
import { seededRandom } from '../../src/platform/random.js';
import type { Family, Location, Region } from '../../src/platform/types.js';
import type { AddressState } from '../../src/select/health-view.js';
import type { Mirror, Zone } from '../../src/zone/model.js';
import { type Asked, query, type Reply, readReply } from '../dns-message.js';
import { type MmdbValue, writeMmdb } from '../mmdb-writer.js';
import { soundZone } from '../zone/zone-text.js';

export interface TableOptions {
  /** Prefix to country code, or to a whole record. */
  readonly locations?: { readonly [prefix: string]: MmdbValue };
  /** In its place: a database. */
  readonly database?: MmdbFile;
  /** Prefix to AS number. */
  readonly asns?: { readonly [prefix: string]: number };
  /** How addresses stand; all others are up. */
  readonly state?: { readonly [address: string]: AddressState };
  /** What weight and cap of addresses are multiplied by, where it is not 1. */
  readonly factors?: { readonly [address: string]: number };
  /** Octets that exact maps may take; default: as many as they want. */
  readonly mapMemory?: number;
  /** The keys of signed zones, by name, and the time of the signatures. */
  readonly signings?: ReadonlyMap<string, ZoneSigning>;
}

/** How the addresses of one pool stand, in the order of its members, and what else its state says. */
export interface PoolSaid {
  readonly state: readonly AddressState[];
  /** Default: grown. */
  readonly growth?: readonly number[];
  /** Seconds; default: the TTL. */
  readonly lifetimes?: readonly number[];
  /** Default: 1. */
  readonly factors?: readonly number[];
  readonly epoch?: number;
}

export interface Made {
  readonly zones: readonly Zone[];
  /** The same with the pools that users choose. */
  readonly chosen: readonly Zone[];
  readonly plans: readonly PoolPlan[];
  readonly geographyPlans: readonly GeographyPlan[];
  readonly geographies: readonly Geography[];
  readonly scans: Databases;
  /** Says how a pool, by number, stands from now on, as the main thread does. */
  stand(number: number, said: PoolSaid): void;
  readonly table: AnswerTable;
  /** Where an address is, as the databases have it. */
  locate(text: string): { readonly location: Location; readonly region: Region; readonly asn?: number };
  placeOf(mirror: Mirror): Location;
  /** The number of the pool with that owner and family. */
  numberOf(owner: string, family?: Family): number;
  /** The explanation of a pool for a client, everything state as in the options. */
  explain(owner: string, family: Family, from: string): Explanation;
}

const EPOCH = 1;

/** The words of a pool's addresses that stand so. */
export function stateOf(
  { owner, members, ttl }: Pick<PoolPlan, 'owner' | 'members' | 'ttl'>,
  { state, growth, lifetimes, factors, epoch = EPOCH }: PoolSaid,
): Int32Array {
  const ranks = memberRanks(
    owner,
    members.map(({ mirror }) => mirror),
    epoch,
  );
  const seatOf = members.flatMap(({ addresses }, member) => addresses.map(() => member));
  const words = new Int32Array(seatOf.length * ADDRESS.WORDS);
  for (const [address, member] of seatOf.entries()) {
    setAddress(
      words,
      address,
      ADDRESS_STATES.indexOf(state[address] ?? 'off'),
      growth?.[address] ?? 10,
      ranks[member] ?? 0,
      lifetimes?.[address] ?? ttl,
      factors?.[address],
    );
  }
  return words;
}

/** Compiles zones, given as texts of files or whole. */
export function makeTable(sources: readonly (string | Zone)[], options: TableOptions = {}): Made {
  const {
    locations = {},
    database,
    asns,
    state: stated = {},
    factors = {},
    signings,
    mapMemory = Infinity,
  } = options;
  const zones = sources.map((source) => (typeof source === 'string' ? soundZone(source) : source));
  const locationFile =
    database ??
    mmdbOfBytes(
      'locations',
      writeMmdb({
        type: 'Test-City',
        entries: Object.fromEntries(
          Object.entries(locations).map(([prefix, value]) => [
            prefix,
            typeof value === 'string' ? { country_code: value } : value,
          ]),
        ),
      }),
    );
  const asnFile =
    asns === undefined
      ? undefined
      : mmdbOfBytes(
          'asns',
          writeMmdb({
            type: 'Test-ASN',
            entries: Object.fromEntries(
              Object.entries(asns).map(([prefix, asn]) => [prefix, { autonomous_system_number: asn }]),
            ),
          }),
        );
  const scans: Databases = {
    locations: locationFile,
    ...(asnFile !== undefined && { asns: scanAsnsOf(asnFile) }),
  };
  const locationDatabase = databaseOf(locationFile);
  const asnDatabase = asnFile === undefined ? undefined : databaseOf(asnFile);
  const locate: Made['locate'] = (text) => {
    const address = parseAddress(text);
    if (address === null) throw new Error(`${text} is no address`);
    const asn = asnDatabase?.asnOf(address).asn;
    const { location } = locationDatabase.locate(address);
    return { location, region: locationDatabase.regionOf(address), ...(asn !== undefined && { asn }) };
  };
  const placeOf = ({ location, addresses }: Mirror): Location =>
    placeMirror(location, addresses, (address) => locationDatabase.locate(address).location).location;
  const chosen = zones.map((zone) => withChosenPools(zone, placeOf));
  const { pools: plans, geographies: geographyPlans } = planPools(chosen, (_zone, mirror) => placeOf(mirror));
  const geographies = compileGeographies(geographyPlans, scans, mapMemory);
  const { pools, state } = layOutPools(plans, geographies, signings);
  const statesOf = (plan: Pick<PoolPlan, 'members'>): AddressState[] =>
    plan.members.flatMap((member) => member.addresses.map(({ text }) => stated[text] ?? 'up'));
  const stand: Made['stand'] = (number, said) => {
    const plan = plans[number];
    const pool = pools[number];
    if (plan === undefined || pool === undefined) throw new Error(`${number} is no pool`);
    writePoolState(state, pool.stateAt, stateOf(plan, said), false);
  };
  const factorsOf = (plan: Pick<PoolPlan, 'members'>): number[] =>
    plan.members.flatMap((member) => member.addresses.map(({ text }) => factors[text] ?? 1));
  for (const [number, plan] of plans.entries())
    stand(number, { state: statesOf(plan), factors: factorsOf(plan) });
  const reflects = zones.some(({ reflect }) => reflect !== undefined);
  const reflection = reflects ? compileReflection(scans) : undefined;
  const table: AnswerTable = {
    generation: 1,
    ...layOutZones(chosen, plans, [], signings).names,
    pools,
    state,
    reflection,
  };
  const numberOf: Made['numberOf'] = (owner, family = 'ipv4') => {
    const number = plans.findIndex((plan) => plan.owner === owner && plan.family === family);
    if (number < 0) throw new Error(`${owner} is no pool`);
    return number;
  };
  return {
    zones,
    chosen,
    plans,
    geographyPlans,
    geographies,
    scans,
    stand,
    table,
    locate,
    placeOf,
    numberOf,
    explain(owner, family, from) {
      const number = numberOf(owner, family);
      const plan = plans[number];
      const zone = chosen.find(({ name }) => name === plan?.zone);
      const pool = zone?.pools.find((candidate) => candidate.owner === owner);
      const map = geographies[plan?.geography ?? -1]?.table;
      const address = parseAddress(from);
      if (!plan || !zone || !pool || !map || !address) throw new Error(`${owner} or ${from} is wrong`);
      const scope = (address.family === 'ipv6' ? locateIPv6 : locateIPv4)(map, address.bytes, 0) & 0xff;
      return explainPool({
        zone,
        pool,
        family,
        client: { address, ...locate(from), scope },
        placeOf,
        panic: false,
        epoch: EPOCH,
        health: statesOf(plan).map(
          (state, i): AddressReason => ({
            state,
            factor: factorsOf(plan)[i] ?? 1,
            ...(state !== 'up' && { reason: `it is ${state}` }),
          }),
        ),
      });
    },
  };
}

/** Whom a query comes from, how, and how much room there is. */
export interface Transport {
  /** Default 127.0.0.1. */
  readonly from?: string;
  readonly tcp?: boolean;
}

/** The octets that come back for a message; none for silence. */
export function answerOctets(
  responder: Responder,
  message: Uint8Array,
  transport: Transport = {},
): Uint8Array {
  const address = parseAddress(transport.from ?? '127.0.0.1');
  if (address === null) throw new Error(`${transport.from} is no address`);
  const tcp = transport.tcp ?? false;
  // Not at the buffer's start, since no worker has every message there.
  const start = 6;
  const bytes = new Uint8Array(start + (tcp ? 65_535 : Math.max(1232, message.length)));
  bytes.set(message, start);
  setPeer(responder, address.bytes, 0, address.family === 'ipv6');
  const length = respond(new DataView(bytes.buffer), start, message.length, tcp, responder);
  return bytes.slice(start, start + length);
}

/** Asks tables as a client: the reply, taken apart. */
export function asker(table: AnswerTable, seed = 1): (asked: Asked, transport?: Transport) => Reply {
  const responder = newResponder(table, seededRandom(seed));
  return (asked, transport) => readReply(answerOctets(responder, query(asked), transport));
}
