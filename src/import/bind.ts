/**
 * A zone file of BIND (or of NSD, Knot and others that read master files), or lines printed by dig. Names with several
 * addresses become pools, everything else records.
 */
import type { Fault } from '../zone/faults.js';
import { readName } from '../zone/names.js';
import type { YamlEntry } from '../zone/write-yaml.js';
import { ADDRESS_TYPES, addressMirrors, addressOf } from './address-mirrors.js';
import { type ImportedZone, type ImportOptions, mapping, refuse, type SourceFile } from './imported.js';
import { absoluteName, type MasterFile, type MasterRecord, readMasterFile } from './master-file.js';
import { relativeName, sortRecords } from './sort-records.js';

/** The most addresses that a pool can have in an answer. */
const MOST_ANSWERS = 8;

/** One zone from one file. */
export function importBind(
  sources: readonly SourceFile[],
  { zone: stated }: ImportOptions,
): readonly ImportedZone[] {
  const [source, second] = sources;
  if (source === undefined) return [];
  if (second !== undefined) refuse(second.file, 1, 'one zone file at a time, please: this is the second');
  const dig = source.text.includes('<<>> DiG');
  // The comments that dig prints are about the query.
  const text = dig ? source.text.replace(/^;.*$/gm, '') : source.text;
  const { file } = source;
  const master = readMasterFile({ file, text }, stated ?? zoneOfFile(file) ?? '');
  const zone = stated ?? zoneIn(master, file);
  const decisions: Fault[] = [...master.decisions];
  const pooled = pooledNames(master.records, zone);
  const addressed = master.records.filter(
    ({ owner, type }) => pooled.has(owner) && ADDRESS_TYPES.includes(type),
  );
  const rest = sortRecords(
    master.records.filter((record) => !addressed.includes(record)),
    zone,
    file,
  );
  const { mirrors, nameOf } = addressMirrors(addressed, master.records);
  const pools = [...pooled].map((owner): YamlEntry => {
    const own = addressed.filter((record) => record.owner === owner);
    const [first] = own;
    const several = Math.max(
      ...ADDRESS_TYPES.map(
        (type) => new Set(own.filter((record) => record.type === type).map(addressOf)).size,
      ),
    );
    const name = relativeName(owner, zone) ?? owner;
    decisions.push({
      file,
      line: first?.line ?? 1,
      column: 1,
      message: `the pool ${name} is not probed and knows no distance, as before: say how its mirrors are probed, and take near_km out`,
    });
    const names = [...new Set(own.map(nameOf))];
    return {
      key: name,
      above: own.flatMap(({ above }) => above),
      value: mapping({
        answers: Math.min(several, MOST_ANSWERS),
        near_km: 20_000,
        ...(pooled.size > 1 && { mirrors: names }),
        probe: mapping({ type: 'none' }),
      }),
    };
  });
  if (pools.length === 0)
    decisions.push({
      file,
      line: 1,
      column: 1,
      message: 'no name has several addresses, so there is no pool: name one with its mirrors',
    });
  const ttls = addressed.flatMap(({ ttl }) => ttl ?? []);
  return [
    {
      name: zone,
      head: rest.head,
      ns: rest.ns,
      soa: rest.soa,
      ...(ttls.length > 0 && { ttl: Math.min(...ttls) }),
      pools,
      mirrors,
      records: rest.records,
      tail: [...rest.tail, ...master.tail],
      decisions: [...decisions, ...rest.decisions],
    },
  ];
}

/** Zone files are often named after their zone: `example.org.zone`, `db.example.org`. */
function zoneOfFile(file: string): string | undefined {
  const base = (file.split('/').at(-1) ?? '').replace(/^db\.|\.(?:zone|db|hosts|txt)$/g, '');
  const name = base.includes('.') ? readName(base) : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** The owner of the SOA, or else the name that all others are at or below. */
function zoneIn({ records }: MasterFile, file: string): string {
  const soa = records.find(({ type }) => type === 'SOA');
  const owners = [...new Set(records.map(({ owner }) => owner))];
  const above = owners.find((owner) => owners.every((other) => relativeName(other, owner) !== undefined));
  const zone = soa?.owner ?? above;
  if (zone === undefined || zone === '')
    return refuse(file, 1, "which zone this is can't be told: say it with --zone");
  return zone;
}

/** Names with several addresses of one family, except names of name servers and wildcards. */
function pooledNames(records: readonly MasterRecord[], zone: string): ReadonlySet<string> {
  const servers = new Set(
    records.flatMap(({ type, data: [name], origin }) =>
      type === 'NS' ? absoluteName(name?.text ?? '', origin) : [],
    ),
  );
  const found = new Map<string, Set<string>>();
  for (const record of records) {
    const { owner, type } = record;
    if (!ADDRESS_TYPES.includes(type) || owner.startsWith('*') || relativeName(owner, zone) === undefined)
      continue;
    const key = `${owner} ${type}`;
    found.set(key, (found.get(key) ?? new Set()).add(addressOf(record)));
  }
  const several = [...found].flatMap(([key, { size }]) => (size > 1 ? [key.split(' ')[0] ?? ''] : []));
  return new Set(several.filter((owner) => !servers.has(owner)));
}
