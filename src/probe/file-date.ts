/**
 * How old a mirrored file is. Mirrors show that they synchronize by a trace file that their origin rewrites regularly:
 * Debian's begins with the output of `date`; Tails' and others' begin with seconds since 1970 or an ISO date. If the text
 * has no date, `Last-Modified` is used. Pure.
 */
import { HOUR_MS, rfc3339 } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';
import type { ProbeFailure } from './probe-error.js';

/** Clocks differ. A file dated further in the future than this means that one of them is wrong. */
const AHEAD = HOUR_MS;

/** The number of lines that are examined. */
const LINES = 10;

export interface FileDate {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly from: 'text' | 'Last-Modified';
}

/** The UTF-8 byte order mark at the beginning of a text, as octets. */
const BYTE_ORDER_MARK = /^\xef\xbb\xbf/;

/** The date of a file from the octets of its first lines, or else from its `Last-Modified` header, as of `now`. */
export function fileDate(text: string, lastModified: string | undefined, now: number): FileDate | undefined {
  const lines = text
    .replace(BYTE_ORDER_MARK, '')
    .split(/\r?\n/, LINES)
    .map((line) => line.trim());
  const [first = ''] = lines.filter((line) => line !== '');
  const labelled = lines.flatMap(
    (line) => /^(?:date|time-?stamp|last[- ]?(?:update|sync)\S*)\s*:\s*(.+)$/i.exec(line)?.[1] ?? [],
  );
  for (const candidate of [first, ...labelled]) {
    const at = readDate(candidate, now);
    if (at !== undefined) return { at, from: 'text' };
  }
  const at = lastModified === undefined ? undefined : readDate(lastModified, now);
  return at === undefined ? undefined : { at, from: 'Last-Modified' };
}

/** What is wrong with a file of this date; undefined if it is fresh. `now` and `maxAge` are in milliseconds. */
export function staleness(date: FileDate | undefined, maxAge: number, now: number): ProbeFailure | undefined {
  if (date === undefined) {
    return { error: 'no date: neither its first lines nor Last-Modified say how old the file is' };
  }
  const age = now - date.at;
  const dated = `dated ${rfc3339(date.at)} by its ${date.from}`;
  if (isAhead(date.at, now))
    return { error: `${formatSpan(-age)} in the future: ${dated}; a clock is wrong` };
  if (age <= maxAge) return undefined;
  return { error: `stale by ${formatSpan(age - maxAge)}: ${dated}, older than ${formatSpan(maxAge)}` };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Hours east of Greenwich, and the abbreviations printed there. One that is listed more than once is ambiguous. */
const ZONES: readonly (readonly [hours: number, names: string])[] = [
  [-11, 'SST'],
  [-10, 'HST'],
  [-9, 'AKST HDT'],
  [-8, 'PST AKDT'],
  [-7, 'MST PDT'],
  [-6, 'CST MDT'],
  [-5, 'EST CDT'],
  [-4, 'AST EDT'],
  [-3.5, 'NST'],
  [-3, 'ADT BRT'],
  [-2.5, 'NDT'],
  [0, 'Z UT UTC GMT WET'],
  [1, 'CET MET WEST BST WAT IST'],
  [2, 'EET CEST MEST CAT SAST IST'],
  [3, 'EEST MSK EAT IDT'],
  [5, 'PKT'],
  [5.5, 'IST'],
  [7, 'WIB ICT'],
  [8, 'CST HKT SGT PST AWST WITA'],
  [9, 'JST KST WIT'],
  [9.5, 'ACST'],
  [10, 'AEST CHST'],
  [10.5, 'ACDT'],
  [11, 'AEDT'],
  [12, 'NZST'],
  [13, 'NZDT'],
];

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?: ?([AP])M)?`;
const ZONE = String.raw`(?: ?(Z|[A-Z]{2,4}|[+-]\d{2}(?::?\d{2})?))?(?: ?\([^)]*\))?`;

/** `Mon Nov 16 12:00:00 UTC 2026`, as `date` prints it. */
const UNIX = new RegExp(String.raw`^(?:[A-Z]{3,9},? )?([A-Z]{3,9}) (\d{1,2}) ${CLOCK}${ZONE} (\d{4})$`, 'i');
/** `Mon, 16 Nov 2026 12:00:00 +0000`, as in RFC 2822 and HTTP, and as `date` prints it in some locales. */
const MAIL = new RegExp(
  String.raw`^(?:[A-Z]{3,9},? )?(\d{1,2})[ -]([A-Z]{3,9})[ -](\d{4}),? ${CLOCK}${ZONE}$`,
  'i',
);
/** `2026-11-16T12:00:00Z`, with a space in the middle, or without the time. */
const ISO = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})(?:[T ]${CLOCK}${ZONE})?$`, 'i');
const ISO_BASIC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})()(Z|[+-]\d{4})?$/;
/** Seconds since 1970, alone or followed by the same time as a date. */
const SECONDS = /^(\d{9,10})(?:\.\d{1,9})?(?:[ ,;#(]+(.+?)\)?)?$/;
/** `2026112801`, in the style of a zone's serial number. */
const SERIAL = /^20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2}$/;

/**
 * Milliseconds since 1970 of a text that is a date and nothing else, as of `now`. A date without a time zone is UTC. If the
 * zone is ambiguous, this is the latest reading that is not in the future, in the mirror's favour.
 */
export function readDate(text: string, now: number): number | undefined {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  const [, seconds, behind] = SECONDS.exec(line) ?? [];
  if (seconds === undefined || (behind !== undefined && readCalendar(behind).length === 0)) {
    const [first, ...others] = readCalendar(line);
    return others.reduce((best, at) => (isAhead(best, now) ? at : best), first);
  }
  const at = Number(seconds) * 1000;
  return SERIAL.test(line) && isAhead(at, now) ? undefined : at;
}

function isAhead(at: number | undefined, now: number): boolean {
  return at !== undefined && at > now + AHEAD;
}

/** The possible readings of a date, the latest first; empty if the text is not a date. */
function readCalendar(line: string): readonly number[] {
  const iso = ISO.exec(line) ?? ISO_BASIC.exec(line);
  if (iso !== null) {
    const [, year, month, day, ...time] = iso;
    return instants(Number(year), Number(month), Number(day), time);
  }
  const mail = MAIL.exec(line);
  if (mail !== null) {
    const [, day, month = '', year, ...time] = mail;
    return instants(Number(year), monthOf(month), Number(day), time);
  }
  const unix = UNIX.exec(line);
  if (unix === null) return [];
  const [, month = '', day, hour, minute, second, half, zone, year] = unix;
  return instants(Number(year), monthOf(month), Number(day), [hour, minute, second, half, zone]);
}

type Time = readonly (string | undefined)[];

function instants(year: number, month: number, day: number, time: Time): readonly number[] {
  const [hour = '0', minute = '0', second = '0', half = '', zone = ''] = time;
  const twelve = half === '' ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  const sound = month >= 1 && month <= 12 && day >= 1 && day <= 31 && twelve < 24 && Number(minute) < 60;
  // 60 is a leap second.
  if (!sound || Number(second) > 60) return [];
  const local = Date.UTC(year, month - 1, day, twelve, Number(minute), Number(second));
  return offsetsOf(zone).map((offset) => local - offset);
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

/** Milliseconds east of Greenwich, the smallest first; empty if the zone is unknown. */
function offsetsOf(zone: string): readonly number[] {
  if (zone === '') return [0];
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (sign !== undefined) return [(sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000];
  return ZONES.flatMap(([east, names]) =>
    names.split(' ').includes(zone.toUpperCase()) ? [east * HOUR_MS] : [],
  );
}
