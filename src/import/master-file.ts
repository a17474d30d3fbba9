/**
 * The records of a master file (RFC 1035 §5.1): owner names made absolute, TTLs in seconds. TTL and class may come in
 * either order or be missing. Units and `$TTL` are read as in BIND, `TTL/LEAST` as in gdnsd.
 */
import type { Fault } from '../zone/faults.js';
import { feedComments } from './comment-feed.js';
import { refuse, type SourceFile } from './imported.js';
import { type Field, type MasterLine, readMasterLines } from './master-lines.js';

export interface MasterRecord {
  /** Absolute, lower case, no trailing dot. */
  readonly owner: string;
  /** Seconds. Absent: the file states none. */
  readonly ttl?: number;
  /** The second number of `300/30`, in seconds. */
  readonly least?: number;
  /** Upper case. */
  readonly type: string;
  readonly data: readonly Field[];
  /** The name that names in its data are relative to. */
  readonly origin: string;
  readonly line: number;
  /** The comments above it, and the one in its lines. */
  readonly above: readonly string[];
  readonly beside?: string;
}

export interface MasterFile {
  readonly records: readonly MasterRecord[];
  /** The comments after all records. */
  readonly tail: readonly string[];
  readonly decisions: readonly Fault[];
}

const ADVICE: Readonly<Record<string, string>> = {
  $INCLUDE: '$INCLUDE is not followed: import one file that holds all, such as named-compilezone -o writes',
  $GENERATE: '$GENERATE is not written out: import what named-compilezone -o makes of this file',
};
const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const CLASSES = /^(?:IN|CH|HS|CS)$/i;

/** Reads a master file; names are relative to `zone` until an `$ORIGIN`. Refuses $INCLUDE, $GENERATE and open quotes. */
export function readMasterFile(source: SourceFile, zone: string): MasterFile {
  const { lines, comments: all } = readMasterLines(source);
  const comments = feedComments(all);
  const records: MasterRecord[] = [];
  const decisions: Fault[] = [];
  for (const { line, text } of all.filter((comment) => comment.text.startsWith('{%'))) {
    const message = `${text} is of a template, and stands in a comment: import what is made of it`;
    decisions.push({ file: source.file, line, column: 1, message });
  }
  let [origin, usual, owner]: [string, number | undefined, string | undefined] = [zone, undefined, undefined];
  for (const line of lines) {
    const [head, value] = line.fields;
    const directive = !line.indented && head?.text.startsWith('$') ? head.text.toUpperCase() : undefined;
    if (directive === '$ORIGIN' && value !== undefined) origin = absoluteName(value.text, origin);
    else if (directive === '$TTL' && readTtl(value?.text) !== undefined) usual = readTtl(value?.text);
    else if (directive !== undefined) {
      const message = ADVICE[directive];
      if (message !== undefined) refuse(source.file, line.first, message);
      decisions.push(fault(source, line, `${directive} has no equivalent here: it was left out`));
    } else {
      const named = line.indented ? line.fields : line.fields.slice(1);
      if (!line.indented && head !== undefined) owner = absoluteName(head.text, origin);
      const record = recordOf(named, usual);
      if (record === undefined || owner === undefined) {
        const text = line.fields.map((field) => field.text).join(' ');
        decisions.push(fault(source, line, `"${text}" is not read as a record: it was left out`));
      } else {
        const above = comments.above(line.first);
        const beside = comments.beside(line.first, line.last);
        const noted = { above, ...(beside !== undefined && { beside }) };
        records.push({ ...record, ...noted, owner, origin, line: line.first });
      }
    }
  }
  return { records, tail: comments.rest(), decisions };
}

function fault({ file }: SourceFile, { first }: MasterLine, message: string): Fault {
  return { file, line: first, column: 1, message };
}

/** TTL and class in either order, then the type. */
function recordOf(
  fields: readonly Field[],
  usual: number | undefined,
): Pick<MasterRecord, 'ttl' | 'least' | 'type' | 'data'> | undefined {
  let ttl = usual;
  let least: number | undefined;
  for (const [i, { text, quoted }] of fields.slice(0, 3).entries()) {
    const stated = readTtl(text);
    if (stated !== undefined) [ttl, least] = [stated, readTtl(text.split('/')[1])];
    else if (quoted || !/^[a-z][a-z0-9-]*$/i.test(text)) return undefined;
    else if (!CLASSES.test(text)) {
      const times = { ...(ttl !== undefined && { ttl }), ...(least !== undefined && { least }) };
      return { ...times, type: text.toUpperCase(), data: fields.slice(i + 1) };
    }
  }
  return undefined;
}

/** Seconds: `300`, `1h30m`, or the first number of `300/30`. Undefined if it is not a TTL. */
export function readTtl(text = ''): number | undefined {
  const [stated = ''] = text.split('/', 1);
  if (!/^(?:\d{1,10}[smhdw]?)+$/i.test(stated)) return undefined;
  let seconds = 0;
  for (const [, count, unit = ''] of stated.matchAll(/(\d+)([smhdw]?)/gi))
    seconds += Number(count) * (UNITS[unit.toLowerCase()] ?? 1);
  return seconds <= 2_147_483_647 ? seconds : undefined;
}

/** A name in a master file, made absolute: lower case, without trailing dot; the root is ''. */
export function absoluteName(text: string, origin: string): string {
  const name = text.toLowerCase();
  if (name === '@') return origin;
  if (name.endsWith('.')) return name.slice(0, -1);
  return origin === '' ? name : `${name}.${origin}`;
}
