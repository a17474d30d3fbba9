/**
 * Parses the text of a zone file into a Zone, or into the list of everything that is wrong with it. `check`, the start and
 * reloads all use this one function, so a file that passes `check` also loads.
 */
import { checkChoices } from './check-choices.js';
import { checkPresence } from './check-presence.js';
import { checkRecords } from './check-records.js';
import { checkRepeats } from './check-repeats.js';
import { checkSigned } from './check-signed.js';
import { type Fault, type FaultList, faultOfFile, newFaultList, sortFaults } from './faults.js';
import { mirrorsOf } from './mirrors.js';
import type { Zone } from './model.js';
import { readName, wireLength } from './names.js';
import { ordersOf } from './orders.js';
import { overridesOf } from './overrides.js';
import { ownersOf } from './owners.js';
import { poolsOf } from './pools.js';
import { readBySchema } from './read-value.js';
import { readYaml } from './read-yaml.js';
import { reflectOf } from './reflect.js';
import { checkDeniedNames } from './refuse.js';
import { checkRecordTypes, rrsetsOf } from './rrsets.js';
import { type ZoneDraft, zoneSchema } from './schema.js';
import type { Position } from './tree.js';

/** A zone, and the place of its name in the file. */
export interface ParsedZone {
  readonly zone: Zone;
  readonly nameAt: Position;
}

/** Everything that is wrong with a zone file. */
export interface WrongZone {
  readonly faults: readonly Fault[];
  /** The name of its zone, if that can be read. */
  readonly name?: string;
}

const EMPTY =
  'the file is empty: write a zone with "zone", "ns", "pools" and "mirrors", or remove the file to serve it no longer';

/** Reads a zone file. Never throws, whatever the text is. Faults and the zone call it `file`. */
export function parseZone(text: string, file: string): ParsedZone | WrongZone {
  const yaml = readYaml(text);
  const ofYaml = yaml.faults.map((fault) => ({ file, ...fault }));
  if (yaml.root === undefined) return wrong(ofYaml, nameIn(text));
  if (yaml.root.kind === 'scalar' && yaml.root.value === null)
    return wrong([faultOfFile(file, EMPTY)], undefined);
  const faults = newFaultList(file, yaml.root);
  checkRecordTypes(faults);
  const draft = readBySchema(zoneSchema, yaml.root, faults);
  const zone = draft === undefined ? undefined : zoneOf(draft, file, faults);
  const all = sortFaults([...ofYaml, ...faults.sorted()]);
  if (zone === undefined || all.length > 0) return wrong(all, draft?.zone);
  return { zone, nameAt: faults.position(['zone'], 'key') };
}

function wrong(faults: readonly Fault[], name: string | undefined): WrongZone {
  return { faults, ...(name !== undefined && { name }) };
}

/** The zone's name in a text that is not valid YAML as a whole. Most typing mistakes come after the name. */
function nameIn(text: string): string | undefined {
  const name = readName(/^zone:[ \t]+(["']?)([^\s"'#]+)\1\s*(?:#.*)?$/m.exec(text)?.[2] ?? '');
  return typeof name === 'string' ? name : undefined;
}

/** Checks all of a draft against itself. Undefined only if a fault was reported. */
function zoneOf(draft: ZoneDraft, file: string, faults: FaultList): Zone | undefined {
  checkPresence(draft, faults);
  const { zone: name, ns = [], ttl } = draft;
  const poolOwners = ownersOf('pools', draft.pools, name, faults);
  const recordOwners = ownersOf('records', draft.records, name, faults);
  const mirrors = mirrorsOf(draft, faults);
  const specialAddresses = draft.special_addresses;
  checkRepeats(
    ['special_addresses'],
    specialAddresses.map(({ text }) => text),
    faults,
  );
  const orders = ordersOf(draft.orders, faults);
  const pools = poolsOf(poolOwners, mirrors, draft.mirrors, orders, ttl, faults);
  const records = rrsetsOf(recordOwners, faults);
  const overrides = overridesOf(draft.overrides, faults);
  const context = { zone: name, ns, pools: poolOwners, owners: recordOwners, rrsets: records };
  checkRecords(context, faults);
  const owned = { pools: poolOwners, records: recordOwners };
  const reflect = reflectOf(draft.reflect, name, owned, faults);
  const reflecting = reflect !== undefined && { reflect };
  checkDeniedNames({ ...context, ...reflecting }, pools, faults);
  checkChoices(pools, mirrors, { ...owned, ...reflecting }, faults);
  if (faults.has(['dnssec'])) checkSigned({ pools, mirrors }, faults);
  const key = draft.dnssec?.key;
  const mname = draft.soa.mname ?? ns[0];
  if (name === undefined || mname === undefined) return undefined;
  const rname = draft.soa.rname ?? `hostmaster.${name}`;
  if (wireLength(rname) > 255) faults.atKey(['zone'], `hostmaster.${name} is too long a name: set soa.rname`);
  return {
    name,
    file,
    ns,
    soa: { ...draft.soa, mname, rname },
    ttl,
    pools,
    mirrors,
    orders,
    specialAddresses,
    records: records.map(({ path: _, ...rrset }) => rrset),
    ...reflecting,
    overrides,
    ...(key !== undefined && { dnssec: { key } }),
  };
}
