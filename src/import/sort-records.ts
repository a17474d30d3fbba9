/**
 * Sorts the records of a zone's master file into the places of our zone files: SOA and name servers at the top, everything
 * else by owner name. Records that have no form there become comments in their place; those of DNSSEC are left out.
 */
import { countOf } from '../platform/count-of.js';
import type { Fault } from '../zone/faults.js';
import { isWithin, readName, readOwner } from '../zone/names.js';
import { isTextFault } from '../zone/text-fault.js';
import type { YamlEntry, YamlMapping } from '../zone/write-yaml.js';
import { ADDRESS_TYPES, addressOf } from './address-mirrors.js';
import { mapping } from './imported.js';
import { absoluteName, type MasterRecord, readTtl } from './master-file.js';
import { recordData } from './record-data.js';

const DEFAULT_TTL = 3600;
/** Types that the signer makes again. */
const SIGNATURES = ['RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DNSKEY', 'CDS', 'CDNSKEY', 'TYPE65534'];
const SOA_TIMES = ['refresh', 'retry', 'expire', 'minimum'];

export interface SortedRecords {
  /** The comments of SOA and name servers. */
  readonly head: readonly string[];
  readonly ns: readonly string[];
  readonly soa: YamlMapping;
  readonly records: readonly YamlEntry[];
  /** Comments that no record follows. */
  readonly tail: readonly string[];
  readonly decisions: readonly Fault[];
}

type Decide = (line: number, message: string) => void;

/** Sorts the records of a zone that came from `file`. */
export function sortRecords(all: readonly MasterRecord[], zone: string, file: string): SortedRecords {
  const decisions: Fault[] = [];
  const decide: Decide = (line, message) => decisions.push({ file, line, column: 1, message });
  const signatures = all.filter(({ type }) => SIGNATURES.includes(type));
  if (signatures[0] !== undefined) {
    const what = countOf(signatures.length, 'record');
    decide(signatures[0].line, `${what} of DNSSEC left out: they are not taken from files`);
  }
  const top = all.filter(({ type, owner }) => owner === zone && (type === 'SOA' || type === 'NS'));
  const groups = new Map<string, MasterRecord[]>();
  for (const record of all) {
    if (top.includes(record) || signatures.includes(record)) continue;
    groups.set(record.owner, [...(groups.get(record.owner) ?? []), record]);
  }
  const records: YamlEntry[] = [];
  let waiting: readonly string[] = [];
  for (const [owner, group] of groups) {
    const { above, ...entry } = ownerEntry(owner, group, zone, decide);
    const comments = [...waiting, ...above];
    if ('key' in entry) records.push({ ...entry, above: comments });
    waiting = 'key' in entry ? [] : comments;
  }
  return {
    head: top.flatMap(({ above, beside }) => [...above, ...(beside === undefined ? [] : [beside])]),
    ns: [
      ...new Set(
        top.flatMap(({ type, data: [name], origin }) =>
          type === 'NS' ? [absoluteName(name?.text ?? '', origin)] : [],
        ),
      ),
    ],
    soa: mapping(
      soaKeys(
        top.find(({ type }) => type === 'SOA'),
        decide,
      ),
    ),
    records,
    tail: waiting,
    decisions,
  };
}

function soaKeys(soa: MasterRecord | undefined, decide: Decide): Record<string, string | number> {
  if (soa === undefined) return {};
  const [mname, rname, serial, ...times] = soa.data;
  const keys: Record<string, string | number> = {};
  for (const [key, field] of Object.entries({ mname, rname })) {
    if (field === undefined) continue;
    const name = absoluteName(field.text, soa.origin);
    if (typeof readName(name) === 'string') keys[key] = name;
    else decide(soa.line, `${key} ${field.text} is no name here, so it was left out and is the default now`);
  }
  if (/^\d+$/.test(serial?.text ?? '')) keys.serial = Number(serial?.text);
  else
    decide(
      soa.line,
      'the serial is not a number, so it is 1: what matters is that all servers have the same',
    );
  for (const [i, key] of SOA_TIMES.entries()) {
    const seconds = readTtl(times[i]?.text);
    if (seconds !== undefined) keys[key] = seconds;
  }
  return keys;
}

/** All records of one owner name. Only their comments if none of them can be written. */
function ownerEntry(
  owner: string,
  group: readonly MasterRecord[],
  zone: string,
  decide: Decide,
): { readonly above: readonly string[] } | (YamlEntry & { readonly above: readonly string[] }) {
  const key = relativeName(owner, zone);
  const values = new Map<string, readonly string[]>();
  const above: string[] = [];
  for (const record of group) {
    const { type, line, beside } = record;
    above.push(...record.above);
    const data = key === undefined ? { fault: 'it is not in this zone' } : recordData(record);
    if (isTextFault(data)) {
      const text = [owner, type, ...record.data.map((field) => field.text)].join(' ');
      above.push(beside === undefined ? text : `${text} ; ${beside}`);
      decide(line, `${type} of ${owner} stands in a comment only: ${data.fault}`);
      continue;
    }
    const known = values.get(type) ?? [];
    const written = ADDRESS_TYPES.includes(type) ? addressOf(record) : data;
    if (!known.includes(written)) values.set(type, [...known, written]);
    if (beside !== undefined && group.length > 1) above.push(`${type} ${data}: ${beside}`);
  }
  if (key === undefined || values.size === 0) return { above };
  const [first, ...more] = group;
  const ttls = [...new Set(group.map(({ ttl }) => ttl ?? DEFAULT_TTL))];
  const ttl = Math.min(...ttls);
  if (ttls.length > 1)
    decide(first?.line ?? 1, `the records of ${owner} have several TTLs: all get the least, ${ttl}`);
  const data = [...values].map(([type, texts]) => [type, type === 'CNAME' ? texts.join(' ') : texts]);
  const value = mapping({ ...Object.fromEntries(data), ...(ttl !== DEFAULT_TTL && { ttl }) });
  const beside = more.length === 0 ? first?.beside : undefined;
  return { key, value, above, ...(beside !== undefined && { beside }) };
}

/** The name of a pool relative to the zone. Undefined if no pool can have it: it may not be a wildcard. */
export function poolName(owner: string, zone: string): string | undefined {
  const relative = relativeName(owner, zone);
  return relative?.startsWith('*') ? undefined : relative;
}

/** An owner name relative to the zone. Undefined if it is not in the zone, or not a valid owner name. */
export function relativeName(owner: string, zone: string): string | undefined {
  if (!isWithin(owner, zone)) return undefined;
  const relative = owner === zone ? '@' : owner.slice(0, -zone.length - 1);
  return typeof readOwner(relative, zone, true) === 'string' ? relative : undefined;
}
