/**
 * gdnsd: its configuration and its zone files. A name with DYNA or DYNC becomes a pool, maps of the geoip plugin become
 * orders, and service types become probes.
 */
import { basename } from 'node:path';
import type { Fault } from '../zone/faults.js';
import { readName } from '../zone/names.js';
import type { YamlEntry, YamlValue } from '../zone/write-yaml.js';
import { gdnsdMirrors } from './gdnsd-mirrors.js';
import { type Decide, gdnsdOrder } from './gdnsd-order.js';
import { gdnsdProbes } from './gdnsd-probes.js';
import { type GdnsdResource, gdnsdResource, resourceNames } from './gdnsd-resources.js';
import {
  type ImportedZone,
  type ImportOptions,
  mapping,
  refuse,
  type SourceFile,
  STAND_IN_ZONE,
} from './imported.js';
import { type MasterFile, type MasterRecord, readMasterFile } from './master-file.js';
import { asMirrorName } from './mirror-names.js';
import { poolName, sortRecords } from './sort-records.js';
import { childIn, readVscf, textIn, textsOf, type Vscf } from './vscf.js';

/** The pattern that tells a configuration from a zone file. */
const CONFIG = /^\s*"?(?:options|service_types|plugins)"?\s*=/m;
/** Record types that a plugin answers. */
const DYNAMIC = ['DYNA', 'DYNC'];
const DEFAULT_TTL = '86400';
/** With this near_km, in kilometres, distance does not count. */
const NO_GEOGRAPHY = 20_000;

/** A name that a resource answers for. */
interface Dynamic {
  readonly owner: string;
  readonly resource: GdnsdResource;
  readonly record?: MasterRecord;
}

/** One zone for each zone file. Without zone files, one zone with a pool for each resource. */
export function importGdnsd(sources: readonly SourceFile[], options: ImportOptions): readonly ImportedZone[] {
  const config = sources.find(({ text }) => CONFIG.test(text));
  const zones = sources.filter((source) => source !== config);
  const read = config && readVscf(config, options.include ?? (() => undefined));
  const found = (read?.missing ?? []).map(
    ({ file, line, name }): Fault => ({
      file,
      line,
      column: 1,
      message: `there is no file ${name}: what it has is not here`,
    }),
  );
  const [first] = sources;
  if (zones.length > 0) return zones.map((source) => zoneOf(source, read?.root, found));
  if (read === undefined)
    return first === undefined ? [] : refuse(first.file, 1, 'this is not a gdnsd configuration');
  return [zoneOf({ file: config?.file ?? '', text: '' }, read.root, found)];
}

function zoneOf(source: SourceFile, config: Vscf | undefined, found: readonly Fault[]): ImportedZone {
  const decisions: Fault[] = [...found];
  const decide: Decide = ({ file, line }, message) => decisions.push({ file, line, column: 1, message });
  const named = readName(basename(source.file));
  const name = source.text !== '' && typeof named === 'string' && named.includes('.') ? named : undefined;
  const zone = name ?? STAND_IN_ZONE;
  const master = withTtl(
    readMasterFile(source, zone),
    textIn(childIn(config, 'options'), 'zones_default_ttl'),
  );
  const plugins = childIn(config, 'plugins');
  const all =
    source.text === '' ? allOf(plugins, zone, decide) : dynamicOf(master, source.file, plugins, decide);
  const dynamic = all.filter((one, i) => {
    const isFirst = all.findIndex(({ owner }) => owner === one.owner) === i;
    const why = !isFirst
      ? 'is a pool already: this was left out'
      : poolName(one.owner, zone) === undefined
        ? "can't be the name of a pool: it was left out"
        : undefined;
    if (why !== undefined) decide({ file: source.file, line: one.record?.line ?? 1 }, `${one.owner} ${why}`);
    return why === undefined;
  });
  const maps = childIn(childIn(plugins, 'geoip'), 'maps');
  const { mirrors, namesOf, reweighed } = gdnsdMirrors(
    dynamic.map(({ resource }) => resource),
    placesIn(maps),
  );
  const used = new Set<string>();
  const orders: YamlEntry[] = [];
  const pools = dynamic.flatMap(({ owner, resource, record }): YamlEntry[] => {
    const key = poolName(owner, zone);
    if (key === undefined) return [];
    const labels = reweighed(resource).map(({ label }) => label);
    const other = `${resource.name} gave ${labels.join(', ')} other weights, and a mirror has one`;
    if (labels.length > 0) decide(resource.at, `${other}: write mirrors for its pool alone`);
    const order = orderFor(resource);
    if (order !== undefined && !used.has(order.key)) {
      used.add(order.key);
      orders.push(order);
    }
    const probes = gdnsdProbes(resource.serviceTypes, childIn(config, 'service_types'), decide);
    const [probe] = probes;
    return [
      {
        key,
        above: record?.above ?? [],
        ...(record?.beside !== undefined && { beside: record.beside }),
        value: mapping({
          answers: resource.answers,
          ...(order === undefined && { near_km: resource.order === undefined ? NO_GEOGRAPHY : 0 }),
          panic_threshold: resource.threshold,
          ttl_min: record?.least,
          mirrors: [...new Set(namesOf(resource))],
          ...(order !== undefined && { order: order.key, others: order.auto ? 'nearest' : 'never' }),
          ...(probes.length > 1 ? { probes } : { probe: probe ?? mapping({ type: 'none' }) }),
        }),
      },
    ];
  });

  /** The order of a resource. Undefined if mirrors are chosen by distance alone, or without any preference. */
  function orderFor(resource: GdnsdResource): (YamlEntry & { readonly auto: boolean }) | undefined {
    if (resource.order === undefined) return undefined;
    if (resource.order.by === 'list') {
      const list = listOf(resource.order.centres, [resource]);
      return { key: resource.name, value: mapping({ default: list }), auto: false };
    }
    const { map: name, skipFirst } = resource.order;
    const map = childIn(maps, name);
    if (map === undefined) {
      decide(resource.at, `${resource.name} goes by the map ${name}, which is not here`);
      return undefined;
    }
    const users = dynamic
      .map((one) => one.resource)
      .filter(({ order }) => order?.by === 'map' && order.map === name);
    const key = skipFirst ? `${name}-next` : name;
    if (used.has(key))
      return {
        key,
        value: mapping({}),
        auto: gdnsdOrder(
          map,
          () => [],
          () => undefined,
        ).auto,
      };
    const skip = (centres: readonly string[]) =>
      skipFirst && centres.length > 1 ? centres.slice(1) : centres;
    const { order, auto } = gdnsdOrder(map, (centres) => listOf(skip(centres), users), decide);
    return order.entries.length === 0 ? undefined : { key, value: order, auto };
  }

  /** An entry for each data centre, with its mirrors in all of these resources. */
  function listOf(centres: readonly string[], resources: readonly GdnsdResource[]): readonly YamlValue[] {
    return centres.flatMap((centre): readonly YamlValue[] => {
      const names = [...new Set(resources.flatMap((resource) => namesOf(resource, centre)))];
      const [only] = names;
      if (only === undefined) return [];
      return names.length === 1
        ? [only]
        : names.every((one) => one.endsWith(`.${asMirrorName(centre)}`))
          ? [`*.${asMirrorName(centre)}`]
          : [names];
    });
  }

  const rest = master.records.filter(({ type }) => !DYNAMIC.includes(type));
  const left = master.records.filter(
    (record) => DYNAMIC.includes(record.type) && !dynamic.some((one) => one.record === record),
  );
  const sorted = sortRecords(rest, zone, source.file);
  const ttls = [...new Set(dynamic.flatMap(({ record }) => record?.ttl ?? []))];
  if (ttls.length > 1)
    decide(
      { file: source.file, line: 1 },
      `names of pools have several TTLs: all get the least, ${Math.min(...ttls)}`,
    );
  return {
    ...(name !== undefined && { name }),
    ...sorted,
    ...(ttls.length > 0 && { ttl: Math.min(...ttls) }),
    orders,
    pools,
    mirrors,
    tail: [...sorted.tail, ...left.flatMap(shown), ...master.tail],
    decisions: [...decisions, ...master.decisions, ...sorted.decisions],
  };
}

/** Adds the TTL of the configuration to records that have none, neither of their own nor from their file. */
function withTtl(master: MasterFile, usual = DEFAULT_TTL): MasterFile {
  return { ...master, records: master.records.map((record) => ({ ttl: Number(usual), ...record })) };
}

function dynamicOf(
  master: MasterFile,
  file: string,
  plugins: Vscf | undefined,
  decide: Decide,
): readonly Dynamic[] {
  return master.records.flatMap((record): Dynamic[] => {
    if (!DYNAMIC.includes(record.type)) return [];
    const reference = record.data[0]?.text ?? '';
    const resource = gdnsdResource(reference, plugins, decide);
    if (resource !== undefined) return [{ owner: record.owner, resource, record }];
    decide(
      { file, line: record.line },
      `${record.owner} is answered by ${reference}, which is not here or has no equivalent: it was left out`,
    );
    return [];
  });
}

function allOf(plugins: Vscf | undefined, zone: string, decide: Decide): readonly Dynamic[] {
  return resourceNames(plugins).flatMap((reference) => {
    const resource = gdnsdResource(reference, plugins, decide);
    return resource === undefined ? [] : [{ owner: `${asMirrorName(resource.name)}.${zone}`, resource }];
  });
}

/** The places of data centres, from maps that choose by distance. */
function placesIn(maps: Vscf | undefined): ReadonlyMap<string, readonly [number, number]> {
  const places = new Map<string, readonly [number, number]>();
  for (const { value } of maps?.kind === 'hash' ? maps.entries : []) {
    const coordinates = childIn(value, 'auto_dc_coords');
    for (const { key, value: point } of coordinates?.kind === 'hash' ? coordinates.entries : []) {
      const [latitude = Number.NaN, longitude = Number.NaN] = (textsOf(point) ?? []).map(Number);
      if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) places.set(key, [latitude, longitude]);
    }
  }
  return places;
}

/** A record that was left out, as a comment. */
function shown({ owner, type, data, above, beside }: MasterRecord): readonly string[] {
  const text = [owner, type, ...data.map((field) => field.text)].join(' ');
  return [...above, beside === undefined ? text : `${text} ; ${beside}`];
}
