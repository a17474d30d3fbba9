/**
 * Common mistakes that a YAML parser reports in words of its own, or ten times over, and advice on how to fix them.
 */
import { parseAddress } from '../ip/address.js';
import { blockSlips } from './block-slips.js';
import type { Position } from './tree.js';

export interface YamlFault extends Position {
  readonly message: string;
}

/** A complaint of the parser. */
export interface Complaint extends YamlFault {
  readonly code: string;
}

/** Complaints about values that are text for geopool but something else for YAML. */
const IN_QUOTES = /^(?:Plain value cannot start with|Alias|Nested mappings are not allowed in compact)/;
/** A longer list would not be read. */
const MOST_FAULTS = 10;
const CONFLICT = /^(?:<{7}|>{7}|\|{7}|={7})(?:\s.*)?$/;
const CONFLICT_BEGINS = '<<<<<<<';
const TAB = 'TAB_AS_INDENT';
/** Complaints about a single value. */
const BY_ITSELF = ['BAD_SCALAR_START', 'BAD_ALIAS', 'BAD_DQ_ESCAPE'];

/** What makes a text invalid YAML before it is parsed at all. */
export function slipsIn(text: string): readonly YamlFault[] {
  const alone = /\r(?!\n)/.exec(text);
  if (alone !== null) {
    const before = text.slice(0, alone.index).split('\n');
    const message = 'a carriage return (CR) without a line feed: save the file with LF at the ends of lines';
    return [{ line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message }];
  }
  const marks = text
    .split('\n')
    .flatMap((line, i) => (CONFLICT.test(line) ? [{ line, at: { line: i + 1, column: 1 } }] : []));
  const begins = marks.filter(({ line }) => line.startsWith(CONFLICT_BEGINS));
  const message =
    'Git left a conflict here: keep what is right of it, and remove the lines of <<<<<<<, ======= and >>>>>>>';
  return (begins.length > 0 ? begins : marks.slice(0, 1))
    .slice(0, MOST_FAULTS)
    .map(({ at }) => ({ ...at, message }));
}

/**
 * What is wrong, reported once: the likely slips, or else the first complaint and those that don't follow from another.
 */
export function adviceOn(all: readonly Complaint[], text: string): readonly YamlFault[] {
  const complaints = [...all].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = text.split('\n');
  const [first] = complaints;
  const tabs = complaints.filter(({ code }) => code === TAB);
  const [tab] = tabs;
  const bare = first && bareIPv6(lines[first.line - 1] ?? '');
  const slips =
    tab !== undefined
      ? [{ line: tab.line, column: tab.column, message: tabMessage(tabs.length) }]
      : bare === undefined
        ? blockSlips(text, complaints)
        : [];
  const [slip] = slips;
  // Most complaints after a slip are caused by it.
  const others = complaints.filter(
    (complaint) =>
      complaint.code !== TAB &&
      (slip === undefined || complaint.line < slip.line - 1) &&
      (complaint === first || BY_ITSELF.includes(complaint.code)),
  );
  const said = others.map(({ line, column, message }) => {
    const address = bareIPv6(lines[line - 1] ?? '');
    const quoting = IN_QUOTES.test(message) ? '; put the value in quotes' : '';
    const advice = address === undefined ? quoting : `; put the IPv6 address in quotes: "${address}"`;
    return { line, column, message: `YAML: ${message}${advice}` };
  });
  return [...said, ...slips].slice(0, MOST_FAULTS);
}

function tabMessage(lines: number): string {
  const more = lines === 1 ? '' : ` (and ${lines - 1} more)`;
  return `a tab indents this line${more}, where YAML takes only spaces: put two spaces for each tab`;
}

/** An IPv6 address without quotes in a line, perhaps with a port. */
function bareIPv6(line: string): string | undefined {
  const bare = line.replace(/"[^"]*"|'[^']*'|(?:^|\s)#.*/g, ' ');
  return bare
    .split(/[\s,{}]+/)
    .map((word) => word.replace(/^\[+(?=[^\]]*$)/, '').replace(/^([^[]*?)\]+$/, '$1'))
    .find((word) => isIPv6(/^\[([^\]]+)\](?::\d+)?$/.exec(word)?.[1] ?? word));
}

/** The address, if its colons made YAML read it as a mapping. Undefined for any other mapping. */
export function addressReadAsMapping(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [first, second] = Object.entries(value);
  if (first === undefined || second !== undefined) return undefined;
  const text = `${first[0]}:${first[1] ?? ''}`;
  return isIPv6(text) ? text : undefined;
}

function isIPv6(text: string): boolean {
  return parseAddress(text)?.family === 'ipv6';
}
