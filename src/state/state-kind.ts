/**
 * The text of a state file: JSON, one entry per line, each with its own checksum. If a disk loses a bit or a sector, only the
 * entries in it are lost, and not all that operators said. Text that only looks like an entry is not believed.
 *
 *     {"version":2,"overrides":[
 *     {"sum":"2f6a0c1d","zone":"dl.example.org","mirror":"aurora",…},
 *     {"sum":"90b1e6f4","zone":"dl.example.org","mirror":"boreas",…}
 *     ]}
 *
 * Pure.
 */
import { crc32 } from 'node:zlib';
import * as z from 'zod';

export interface StateKind<Entry extends object> {
  /** The file's name. */
  readonly name: string;
  /** The version of its entries; it goes into their checksums. */
  readonly version: number;
  /** The name of the list of entries in the file. */
  readonly holds: string;
  readonly entry: z.ZodType<Entry>;
  /** The entries of a file of version 1, which had no checksums. Absent: the list had the same name. */
  readonly first?: (file: Readonly<Record<string, unknown>>) => readonly unknown[];
}

/** What could be read, and what is wrong with the rest; no fault if the file is undamaged. */
export interface ReadState<Entry> {
  readonly entries: readonly Entry[];
  readonly fault?: string;
}

/** The last moment that RFC 3339 can express, and a day more, for all zones west of UTC. */
const LATEST = 253_402_387_199_999;
/** Milliseconds since 1970, or of a span: in limits in which Date can represent it and what may be added to it. */
export const time = z.number().min(-62_135_596_800_000).max(LATEST);
/** Milliseconds from one time to another, forward or back. */
export const difference = z.number().min(-LATEST).max(LATEST);

export function formatState<Entry extends object>(kind: StateKind<Entry>, entries: Iterable<Entry>): string {
  return [...stateLines(kind, entries)].join('');
}

/** The same, line by line. */
export function* stateLines<Entry extends object>(
  kind: StateKind<Entry>,
  entries: Iterable<Entry>,
): Generator<string, void> {
  yield `${headOf(kind)}\n`;
  let before = '';
  for (const entry of entries) {
    const json = JSON.stringify(entry);
    yield `${before}${SUM}"${sumOf(kind, json)}",${json.slice(1)}`;
    before = ',\n';
  }
  yield `\n${FOOT}\n`;
}

/** Never throws, whatever the text is. */
export function parseState<Entry extends object>(kind: StateKind<Entry>, text: string): ReadState<Entry> {
  const lines = parseLines(kind, text);
  if (lines.entries.length > 0 || lines.fault === undefined) return lines;
  const whole = record.safeParse(parseJson(text)).data;
  if (whole === undefined) return { entries: [], fault: 'it is damaged' };
  const { version = 1 } = whole;
  // The version is that of the entries, and none of them is of our version.
  if (typeof version === 'number' && version > kind.version) {
    return { entries: [], fault: `it is of version ${version}, this program writes ${kind.version}` };
  }
  const first = version === 1 ? (kind.first?.(whole) ?? whole[kind.holds]) : undefined;
  if (!Array.isArray(first)) return lines;
  const entries = first.flatMap((entry) => kind.entry.safeParse(entry).data ?? []);
  return { entries, ...faultOf(first.length - entries.length) };
}

/** What a line begins with. No text inside an entry looks like it, since quotes are escaped there. */
const SUM = '{"sum":';
const FOOT = ']}';

const record = z.record(z.string(), z.unknown());
const summed = z.looseObject({ sum: z.string() });

function headOf({ version, holds }: Pick<StateKind<never>, 'version' | 'holds'>): string {
  return `{"version":${version},"${holds}":[`;
}

/** Entries are split at the end of a line and at the beginning of a checksum: either may be lost. */
function parseLines<Entry extends object>(kind: StateKind<Entry>, text: string): ReadState<Entry> {
  const entries: Entry[] = [];
  const frame = new Set([headOf(kind), FOOT]);
  let damaged = 0;
  for (const piece of text.split(/\n|(?=\{"sum":)/)) {
    if (piece === '' || frame.delete(piece)) continue;
    const { sum, ...rest } =
      summed.safeParse(parseJson(piece.slice(0, piece.lastIndexOf('}') + 1))).data ?? {};
    const entry = sum === sumOf(kind, JSON.stringify(rest)) ? kind.entry.safeParse(rest).data : undefined;
    if (entry === undefined) damaged++;
    else entries.push(entry);
  }
  // If its first or last line is missing, the file was cut between two lines.
  return { entries, ...faultOf(damaged || Math.min(frame.size, 1)) };
}

function faultOf(damaged: number): { readonly fault?: string } {
  if (damaged === 0) return {};
  return { fault: damaged === 1 ? 'a line of it is damaged' : `${damaged} lines of it are damaged` };
}

function sumOf({ version }: Pick<StateKind<never>, 'version'>, json: string): string {
  return crc32(`${version} ${json}`).toString(16).padStart(8, '0');
}

/** Undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
