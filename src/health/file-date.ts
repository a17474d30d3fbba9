/**
 * How old a mirrored file is. Mirrors prove that they synchronize by a trace file that their origin writes anew: Debian's
 * begins with what `date` prints, Tails' and others' with seconds since 1970 or an ISO date. Where the text says nothing,
 * `Last-Modified` does. Pure.
 */
import { formatSpan } from '../zone/durations.js';
import type { Complaint } from './probe-error.js';

/** Clocks differ; a file dated later than this from now says that one of them is wrong. */
const AHEAD = 3_600_000;

/** Lines that are looked at. */
const LINES = 10;

export interface FileDate {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly from: 'text' | 'Last-Modified';
}

/** The date of a file from its first lines, else from its `Last-Modified` header. */
export function fileDate(text: string, lastModified: string | undefined): FileDate | undefined {
  const lines = text.split(/\r?\n/, LINES).map((line) => line.trim());
  const [first = ''] = lines.filter((line) => line !== '');
  const labelled = lines.flatMap(
    (line) => /^(?:date|last[- ]?(?:update|sync)\S*)\s*:\s*(.+)$/i.exec(line)?.[1] ?? [],
  );
  for (const candidate of [first, ...labelled]) {
    const at = readDate(candidate);
    if (at !== undefined) return { at, from: 'text' };
  }
  const at = lastModified === undefined ? undefined : readDate(lastModified);
  return at === undefined ? undefined : { at, from: 'Last-Modified' };
}

/** What is wrong with a file of this date, `now` and `maxAge` in milliseconds; undefined where it is fresh. */
export function staleness(date: FileDate | undefined, maxAge: number, now: number): Complaint | undefined {
  if (date === undefined) {
    return { error: 'no date: neither its first lines nor Last-Modified say how old the file is' };
  }
  const age = now - date.at;
  const dated = `dated ${new Date(date.at).toISOString()} by its ${date.from}`;
  if (age < -AHEAD) return { error: `${formatSpan(-age)} in the future: ${dated}; a clock is wrong` };
  if (age <= maxAge) return undefined;
  return { error: `stale by ${formatSpan(age - maxAge)}: ${dated}, older than ${formatSpan(maxAge)}` };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Hours east of Greenwich. RFC 2822 §4.3 defines the American ones; `date` prints the others where mirrors stand. */
const ZONES: Readonly<Record<string, number>> = {
  '': 0,
  z: 0,
  ut: 0,
  utc: 0,
  gmt: 0,
  wet: 0,
  west: 1,
  cet: 1,
  cest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  jst: 9,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
};

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?: ?([AP])M)?`;
const ZONE = String.raw`(?: ?(Z|[A-Z]{2,4}|[+-]\d{2}(?::?\d{2})?))?(?: ?\([^)]*\))?`;

/** `Mon Nov 16 12:00:00 UTC 2026`, as `date` has it. */
const UNIX = new RegExp(String.raw`^(?:[A-Z]{3,9},? )?([A-Z]{3,9}) (\d{1,2}) ${CLOCK}${ZONE} (\d{4})$`, 'i');
/** `Mon, 16 Nov 2026 12:00:00 +0000`, as RFC 2822 and HTTP have it, and `date` in other places. */
const MAIL = new RegExp(
  String.raw`^(?:[A-Z]{3,9},? )?(\d{1,2})[ -]([A-Z]{3,9})[ -](\d{4}),? ${CLOCK}${ZONE}$`,
  'i',
);
/** `2026-11-16T12:00:00Z`, with a space in the middle, or without the time. */
const ISO = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})(?:[T ]${CLOCK}${ZONE})?$`, 'i');
const ISO_BASIC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})()(Z|[+-]\d{4})?$/;
const SECONDS = /^(\d{9,10})(?:\.\d{1,9})?$/;

/** Milliseconds since 1970 of a text that is a date and nothing else. Without a time zone it is UTC. */
export function readDate(text: string): number | undefined {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  const seconds = SECONDS.exec(line)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const iso = ISO.exec(line) ?? ISO_BASIC.exec(line);
  if (iso !== null) {
    const [, year, month, day, ...time] = iso;
    return instant(Number(year), Number(month), Number(day), time);
  }
  const mail = MAIL.exec(line);
  if (mail !== null) {
    const [, day, month = '', year, ...time] = mail;
    return instant(Number(year), monthOf(month), Number(day), time);
  }
  const unix = UNIX.exec(line);
  if (unix === null) return undefined;
  const [, month = '', day, hour, minute, second, half, zone, year] = unix;
  return instant(Number(year), monthOf(month), Number(day), [hour, minute, second, half, zone]);
}

type Time = readonly (string | undefined)[];

function instant(year: number, month: number, day: number, time: Time): number | undefined {
  const [hour = '0', minute = '0', second = '0', half = '', zone = ''] = time;
  const offset = offsetOf(zone);
  const twelve = half === '' ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  const sound = month >= 1 && month <= 12 && day >= 1 && day <= 31 && twelve < 24 && Number(minute) < 60;
  // A leap second is the sixtieth.
  if (!sound || Number(second) > 60 || offset === undefined) return undefined;
  return Date.UTC(year, month - 1, day, twelve, Number(minute), Number(second)) - offset;
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

/** Milliseconds east of Greenwich; undefined for a zone whose name nobody agrees on. */
function offsetOf(zone: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const named = ZONES[zone.toLowerCase()];
  return named === undefined ? undefined : named * 3_600_000;
}
