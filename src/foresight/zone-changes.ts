/**
 * What changed from some zones to others, in words: each value with the path to it, its old and its new value. Mirrors,
 * pools and records are matched by name, so the order of a file does not matter.
 */
import { rfc3339 } from '../platform/time.js';
import type { Zone } from '../zone/model.js';

/** A value of the model as a tree whose parts have names. */
type Named = Readonly<Record<string, unknown>>;

/** A line for each change, by zone. */
export function changesBetween(before: readonly Zone[], after: readonly Zone[]): string[] {
  const zones = (all: readonly Zone[]): Named =>
    Object.fromEntries(all.map((zone) => [zone.name, named(zone)]));
  return compare([], zones(before), zones(after));
}

/** Parts whose children have the operator's names; all other names are those of the model. */
const NAMED_PARTS = ['mirrors', 'pools', 'members', 'records'];

/** The zone with its lists turned into objects by name. */
function named({ file: _, mirrors, pools, records, ...rest }: Zone): Named {
  const nameOf = (number: number): string => mirrors[number]?.name ?? '';
  return {
    ...rest,
    mirrors: Object.fromEntries(mirrors.map(({ name, ...mirror }) => [name, mirror])),
    pools: Object.fromEntries(
      pools.map(({ name: _, owner, members, ...pool }) => [
        owner,
        { ...pool, members: Object.fromEntries(members.map(({ mirror, ...how }) => [nameOf(mirror), how])) },
      ]),
    ),
    records: Object.fromEntries(records.map(({ owner, type, ...rrset }) => [`${owner} ${type}`, rrset])),
  };
}

function compare(way: readonly string[], before: unknown, after: unknown): string[] {
  if (isNamed(before) && isNamed(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      compare([...way, isOperators(way) ? name : keyOf(name)], before[name], after[name]),
    );
  }
  const [old, now] = [textOf(before), textOf(after)];
  if (old === now) return [];
  const where = way.join(': ');
  if (before === undefined) return [`${where}: new${isNamed(after) ? '' : `, ${now}`}`];
  if (after === undefined) return [`${where}: gone`];
  return [`${where}: ${old} → ${now}`];
}

/** Whether the names below are the operator's: those of zones, and of the parts in NAMED_PARTS. */
function isOperators(way: readonly string[]): boolean {
  return way.length === 0 || NAMED_PARTS.includes(way.at(-1) ?? '');
}

/** The name that zone files have for a property of the model. */
function keyOf(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isNamed(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWritten(value);
}

/** An address, a prefix or a canary: its text says all of it. A refusal has a text too, which does not. */
function isWritten(value: object): value is { readonly text: unknown } {
  return 'text' in value && !('rcode' in value);
}

/** A value on one line: addresses, prefixes and times as they are written. */
function textOf(value: unknown): string {
  const json = JSON.stringify(value, (key, part: unknown) => {
    if (key === 'until' && typeof part === 'number') return rfc3339(part);
    return typeof part === 'object' && part !== null && isWritten(part) ? part.text : part;
  });
  return (json ?? '').replaceAll(/"(\w+)":/g, (_, property: string) => `"${keyOf(property)}":`);
}
