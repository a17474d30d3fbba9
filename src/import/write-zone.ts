/**
 * Writes an imported zone as the text of a zone file. What a zone must have and the other system's files don't state is
 * filled in with stand-ins, and reported.
 */
import { type Fault, faultOfFile } from '../zone/faults.js';
import { parseZone } from '../zone/parse-zone.js';
import { canBeEmpty } from '../zone/warnings/empty-pools.js';
import type { Surroundings } from '../zone/warnings/warning.js';
import { isYamlMapping, writeYaml, type YamlEntry } from '../zone/write-yaml.js';
import { type ImportedZone, STAND_IN_ZONE } from './imported.js';

const STAND_IN_NS = ['ns1.example.net', 'ns2.example.net'];

/** Which clients are left without a mirror follows from the zone alone. */
const NOWHERE: Surroundings = {
  now: 0,
  zones: [],
  hasAsns: () => true,
  subdivisions: () => new Set(),
  countryOf: ({ location }) => location.country,
  straysTo: () => undefined,
  isSwapped: () => false,
};

export interface WrittenZone {
  readonly text: string;
  /** What the operator must decide. */
  readonly decisions: readonly Fault[];
}

/** The zone's file. `name` takes precedence over the zone's own name; `file` is the file that decisions refer to. */
export function writeZone(zone: ImportedZone, name: string | undefined, file: string): WrittenZone {
  const written = composed(zone, name, file);
  const empty = emptyFor(written.text);
  if (empty.length === 0) return written;
  const opened = composed(
    { ...zone, pools: zone.pools.map((pool) => (empty.includes(pool.key) ? open(pool) : pool)) },
    name,
    file,
  );
  const message = (pool: string) =>
    `${pool}: some of its lists have nobody of one family, and resolvers would keep that for all: others are answered to their clients`;
  return {
    ...opened,
    decisions: [...opened.decisions, ...empty.map((pool) => faultOfFile(file, message(pool)))],
  };
}

/** The pools that have no mirror for some clients because only mirrors in a list are answered. */
function emptyFor(text: string): readonly string[] {
  const parsed = parseZone(text, '');
  if ('faults' in parsed) return [];
  const closed = parsed.zone.pools.filter(({ order }) => order?.others === 'never').map((pool) => pool.name);
  const empty = canBeEmpty(parsed.zone, NOWHERE).map(({ path }) => String(path[1]));
  return closed.filter((pool) => empty.includes(pool));
}

/** The same pool without `others: never`. */
function open(pool: YamlEntry): YamlEntry {
  if (!isYamlMapping(pool.value)) return pool;
  return {
    ...pool,
    value: { ...pool.value, entries: pool.value.entries.filter(({ key }) => key !== 'others') },
  };
}

function composed(zone: ImportedZone, name: string | undefined, file: string): WrittenZone {
  const decisions: Fault[] = [];
  const decide = (message: string): string => {
    decisions.push({ file, line: 1, column: 1, message });
    return message;
  };
  const called = name ?? zone.name;
  const { ns, soa, ttl, orders = [] } = zone;
  const section = (key: string, entries: readonly YamlEntry[]): readonly YamlEntry[] =>
    entries.length === 0 ? [] : [{ key, value: { entries } }];
  const entries: readonly YamlEntry[] = [
    {
      key: 'zone',
      value: called ?? STAND_IN_ZONE,
      ...(called === undefined && {
        beside: decide(`the name of the zone is a stand-in: write yours, or give it with --zone`),
      }),
    },
    {
      key: 'ns',
      value: ns.length > 0 ? ns : STAND_IN_NS,
      ...(ns.length === 0 && { beside: decide('the name servers are stand-ins: write yours') }),
    },
    ...(soa === undefined || soa.entries.length === 0 ? [] : [{ key: 'soa', value: soa }]),
    ...(ttl === undefined ? [] : [{ key: 'ttl', value: ttl }]),
    ...section('orders', orders),
    ...section('pools', zone.pools),
    ...section('mirrors', zone.mirrors),
    ...section('records', zone.records),
  ];
  return { text: writeYaml({ entries, below: zone.tail }, zone.head), decisions };
}
