/**
 * The lines of `history.log`: a checksum, a space, and one JSON object. A damaged line is detected, and only that line
 * is lost: the process may be killed while it writes, and a disk may lose data.
 */
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { difference, parseJson, time } from '../state/state-kind.js';
import type { History, MirrorPast, Past } from './history.js';
import type { HistoryEvent } from './history-event.js';
import type { TimeState } from './history-time.js';

/** The first line of a file; another version means other kinds of lines. */
interface Heading {
  readonly type: 'history';
  readonly version: typeof VERSION;
  /** Absent: moments are wall time. */
  readonly time?: TimeState;
}

type Line =
  | HistoryEvent
  | Heading
  | ({ readonly type: 'past' } & Past)
  | ({ readonly type: 'mirror' } & MirrorPast);

const VERSION = 1;

const verdict = z.enum(['up', 'down', 'unknown']);
const family = z.enum(['ipv4', 'ipv6']);
const subject = z.strictObject({
  zone: z.string(),
  pool: z.string(),
  mirror: z.string(),
  address: z.string(),
  family,
});
const cause = z.string().exactOptional();
// Earlier versions also wrote `down` for what an operator disabled.
const standing = z.enum([...verdict.options, 'disabled']);
const standings = { at: time, from: standing, to: standing };
const override = z.strictObject({
  state: z.enum(['down', 'up']),
  reason: z.string(),
  by: z.string().exactOptional(),
  until: time.exactOptional(),
});
const timeState = z.strictObject({
  shift: difference,
  leaps: z.array(z.strictObject({ at: time, ms: difference, passed: difference, stop: z.boolean() })),
});
const runs = z.array(z.tuple([time, time, time, time]));

const lineSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('history'),
    version: z.literal(VERSION),
    time: timeState.exactOptional(),
  }),
  z.strictObject({ type: z.literal('start'), at: time }),
  z.strictObject({ type: z.literal('alive'), at: time }),
  z.strictObject({ type: z.literal('set'), at: time, ms: difference }),
  z.strictObject({ type: z.literal('watch'), at: time, subject, state: verdict }),
  z.strictObject({ type: z.literal('leave'), at: time, subject }),
  z.strictObject({ type: z.literal('turn'), subject, at: time, from: verdict, to: verdict, cause }),
  z.strictObject({
    type: z.literal('override'),
    subject,
    ...standings,
    cause: z.string(),
    override: override.exactOptional(),
  }),
  z.strictObject({ type: z.literal('self-weight'), at: time, subject, cause: z.string() }),
  z.strictObject({
    type: z.literal('suppressed'),
    at: time,
    on: z.boolean(),
    zone: z.string(),
    pool: z.string(),
    family,
  }),
  z.strictObject({
    type: z.literal('past'),
    subject,
    state: verdict,
    watched: z.boolean(),
    counted: time,
    tally: z.strictObject({ hours: runs, days: runs }),
    transitions: z.array(z.strictObject({ ...standings, cause })),
    override: override.exactOptional(),
  }),
  z.strictObject({
    type: z.literal('mirror'),
    zone: z.string(),
    mirror: z.string(),
    outages: z.array(z.strictObject({ from: time, to: time.exactOptional(), ms: z.number() })),
  }),
]);

export function formatEvent(event: HistoryEvent): string {
  return formatLine(event);
}

/** The whole history as lines from which it can be restored; one by one, as there may be many. */
export function* formatHistory(history: History, now: number): Generator<string> {
  yield formatLine({ type: 'history', version: VERSION, time: history.time.state() });
  for (const past of history.pasts(now)) yield formatLine({ type: 'past', ...past });
  for (const mirror of history.mirrors(now)) {
    if (mirror.outages.length > 0) yield formatLine({ type: 'mirror', ...mirror });
  }
  const at = history.time.wallOf(now);
  yield formatLine({ type: 'alive', at });
  for (const doubt of history.suppressed()) yield formatLine({ type: 'suppressed', at, on: true, ...doubt });
}

/** Whether a text begins as files of this version do. */
export function isHistory(text: string): boolean {
  return readLine(text.split('\n', 1)[0] ?? '')?.type === 'history';
}

/** Feeds the lines of a text to a history. Returns the number of damaged lines, which were left out. */
export function readHistory(text: string, history: History): number {
  let damaged = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const read = readLine(line);
    if (read === undefined) damaged++;
    else if (read.type === 'past' || read.type === 'mirror') {
      const { type: _, ...past } = read;
      history.recall(past);
    } else if (read.type !== 'history') history.apply(read);
    else if (read.time !== undefined) history.time.resume(read.time);
  }
  return damaged;
}

function formatLine(line: Line): string {
  const json = JSON.stringify(line);
  return `${checksum(json)} ${json}\n`;
}

function readLine(line: string): Line | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(json)) return undefined;
  const read = lineSchema.safeParse(parseJson(json));
  return read.success ? read.data : undefined;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
