/**
 * PowerDNS zones: the YAML of its geoip backend, or a zone file, with Lua records in either. Calls of the functions that
 * return addresses become pools. Free Lua is refused, and its addresses are listed.
 */

import { parseAddress } from '../ip/address.js';
import { GeopoolError } from '../platform/errors.js';
import { type Fault, formatFault } from '../zone/faults.js';
import type { YamlEntry } from '../zone/write-yaml.js';
import { ADDRESS_TYPES } from './address-mirrors.js';
import { type ImportedZone, type ImportOptions, type SourceFile, STAND_IN_ZONE } from './imported.js';
import { readLua } from './lua.js';
import { luaPool, luaRules } from './lua-pool.js';
import { type MasterRecord, readMasterFile } from './master-file.js';
import { geoipDomains } from './powerdns-geoip.js';
import { type GeoipService, servicePool } from './powerdns-services.js';
import { poolName, sortRecords } from './sort-records.js';

/** A zone whose records may be Lua. */
interface LuaZone {
  readonly name?: string;
  readonly records: readonly MasterRecord[];
  readonly services: readonly GeoipService[];
  readonly tail: readonly string[];
  readonly decisions: readonly Fault[];
}

/** All zones of all files. Throws IMPORT_INVALID if there is free Lua and no pool can be made of anything. */
export function importPowerdns(
  sources: readonly SourceFile[],
  { zone }: ImportOptions,
): readonly ImportedZone[] {
  const zones = sources.flatMap((source) =>
    luaZones(source, zone).map((one) => importZone(one, source.file)),
  );
  const free = zones.flatMap((one) => one.free);
  if (free.length > 0 && zones.every((one) => one.zone.pools.length === 0)) {
    const details = free.map(formatFault);
    throw new GeopoolError('IMPORT_INVALID', 'this Lua must be rewritten by hand, as rules and orders', {
      details,
    });
  }
  return zones.map((one) => one.zone);
}

function luaZones(source: SourceFile, stated: string | undefined): readonly LuaZone[] {
  if (/^domains:/m.test(source.text)) return geoipDomains(source);
  const { records, tail, decisions } = readMasterFile(source, stated ?? STAND_IN_ZONE);
  const name = stated ?? records.find(({ type, owner }) => type === 'SOA' && owner !== STAND_IN_ZONE)?.owner;
  return [{ ...(name !== undefined && { name }), records, services: [], tail, decisions }];
}

function importZone(
  { name, records, services, tail, decisions: before }: LuaZone,
  file: string,
): { readonly zone: ImportedZone; readonly free: readonly Fault[] } {
  const decisions: Fault[] = [...before];
  const zone = name ?? STAND_IN_ZONE;
  const lua = records.filter(
    ({ type, data: [of] }) => type === 'LUA' && ADDRESS_TYPES.includes(of?.text ?? ''),
  );
  const pools: YamlEntry[] = [];
  const orders: YamlEntry[] = [];
  const mirrors: YamlEntry[] = [];
  const named = new Map<string, string>();
  const weights = new Map<string, number>();
  const free: Fault[] = [];
  const refused: MasterRecord[] = [];
  for (const owner of new Set(lua.map((record) => record.owner))) {
    const own = lua.filter((record) => record.owner === owner);
    const relative = poolName(owner, zone);
    const rules = own.map((record) => luaRules(codeOf(record)));
    const known = rules.filter((rule) => rule !== undefined);
    const line = own[0]?.line ?? 1;
    if (relative === undefined || known.length < own.length) {
      refused.push(...own);
      if (known.length < own.length) free.push(...own.map((record) => freeLua(record, file)));
      else decisions.push({ file, line, column: 1, message: unnamed(owner) });
      continue;
    }
    const made = luaPool(relative, known, named, weights);
    if (new Set(own.map(({ data: [of] }) => of?.text)).size < own.length) {
      const message = `${relative}: several records of one type answered together: now "answers" addresses are drawn from all of theirs`;
      decisions.push({ file, line, column: 1, message });
    }
    pools.push({ ...made.pool, above: [...own.flatMap(({ above }) => above), ...(made.pool.above ?? [])] });
    if (made.order !== undefined) orders.push(made.order);
    mirrors.push(...made.mirrors);
    decisions.push(
      ...made.decisions.map((message) => ({ file, line, column: 1, message: `${relative}: ${message}` })),
    );
  }
  for (const service of services) {
    const relative = poolName(service.owner, zone);
    const at = { file, line: service.line, column: 1 };
    if (relative === undefined) {
      decisions.push({ ...at, message: unnamed(service.owner) });
      continue;
    }
    if (pools.some(({ key }) => key === relative)) {
      const message = `${relative}: it has Lua records too, which came first: the service was left out`;
      decisions.push({ ...at, message });
      continue;
    }
    const made = servicePool(relative, service, records, named);
    pools.push(made.pool);
    orders.push(made.order);
    mirrors.push(...made.mirrors);
    decisions.push(...made.decisions.map((message) => ({ ...at, message: `${relative}: ${message}` })));
  }
  const others = records.filter((record) => !lua.includes(record));
  const sorted = sortRecords(others.map(withoutHints), zone, file);
  const ttls = lua.flatMap(({ ttl }) => ttl ?? []);
  return {
    zone: {
      ...(name !== undefined && { name }),
      ...sorted,
      ...(ttls.length > 0 && { ttl: Math.min(...ttls) }),
      orders,
      pools,
      mirrors,
      tail: [
        ...sorted.tail,
        ...refused.map(({ owner, data }) => `${owner} LUA ${data.map(({ text }) => text).join(' ')}`),
        ...tail,
      ],
      decisions: [...decisions, ...sorted.decisions, ...free],
    },
    free,
  };
}

function unnamed(owner: string): string {
  return `${owner} can't be the name of a pool: it was left out`;
}

function codeOf({ data }: MasterRecord): string {
  return data
    .slice(1)
    .map(({ text }) => text.replace(/\\([\s\S])/g, '$1'))
    .join('');
}

function freeLua(record: MasterRecord, file: string): Fault {
  const quoted = [...codeOf(record).matchAll(/'([^'\n]*)'|"([^"\n]*)"/g)].map(
    ([, one, other]) => one ?? other ?? '',
  );
  const addresses = [...new Set(quoted.filter((text) => parseAddress(text) !== null))];
  const what = `the Lua of ${record.owner} ${record.data[0]?.text ?? ''} is a program, which is not read`;
  const message = addresses.length === 0 ? what : `${what}; its addresses: ${addresses.join(', ')}`;
  return { file, line: record.line, column: 1, message };
}

/**
 * Converts a service binding in which Lua makes only the address hints into a plain one without them: A and AAAA are drawn
 * for each query, and hints would disagree with them.
 */
function withoutHints(record: MasterRecord): MasterRecord {
  const type = record.data[0]?.text ?? '';
  if (record.type !== 'LUA' || !['HTTPS', 'SVCB'].includes(type)) return record;
  const [branch, more] = readLua(codeOf(record)) ?? [];
  if (branch === undefined || more !== undefined || branch.value.kind !== 'joined') return record;
  const texts = branch.value.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const words = texts
    .join(' ')
    .split(/\s+/)
    .filter((word) => word !== '' && !/^ipv[46]hint=$/.test(word));
  const data = words.map((text) => ({ text, quoted: false }));
  return { ...record, type, data, above: [...record.above, `${type}: its address hints are left out`] };
}
