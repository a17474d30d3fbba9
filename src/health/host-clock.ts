/**
 * Whether the clock of this host is right, by what mirrors say of the time: signatures by a clock that is ahead are not valid
 * yet for anybody else (RFC 4035 §5.3.1), and one that is behind rolls keys late. It goes by the median, so that no mirror
 * alone moves it; each has one voice, whatever its addresses. Pure.
 */
import { HOUR_MS, MINUTE_MS } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';

/** What a mirror said. */
export interface Witness {
  readonly mirror: string;
  /** Milliseconds that this host's clock is ahead of its own; negative: behind. */
  readonly ahead: number;
  /** When, by the steady clock, as all moments here. */
  readonly at: number;
}

export interface HostClock {
  /** As of the median: at least half of the mirrors find it that far ahead or farther, or behind. */
  readonly ahead: number;
  /** How many said so. */
  readonly mirrors: number;
  readonly wrong: boolean;
  readonly at: number;
}

/** Fewer say nothing: one of two may lie. */
const LEAST = 3;
/** What was said longer ago says nothing. */
const RECENT_MS = HOUR_MS;
/** Signatures begin an hour and a half back: a clock that is wrong by less does no harm. */
export const WRONG_MS = HOUR_MS;
/** One that was wrong is right again only then, so that it is not now this and now that. */
const RIGHT_MS = 55 * MINUTE_MS;

export function isRecent({ at }: Pick<Witness, 'at'>, now: number): boolean {
  return now - at < RECENT_MS;
}

/** What is known now, after `before`. Undefined: too few mirrors have said anything of late. */
export function judgeClock(
  before: HostClock | undefined,
  witnesses: Iterable<Witness>,
  now: number,
): HostClock | undefined {
  const said = new Map<string, number>();
  for (const witness of witnesses) if (isRecent(witness, now)) said.set(witness.mirror, witness.ahead);
  if (said.size < LEAST) return before !== undefined && isRecent(before, now) ? before : undefined;
  const ahead = median([...said.values()]);
  const wrong = Math.abs(ahead) > (before?.wrong === true ? RIGHT_MS : WRONG_MS);
  return { ahead, mirrors: said.size, wrong, at: now };
}

/** Of an even number the one of the two in the middle that finds less wrong. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0] as const;
  return Math.abs(middle[0]) < Math.abs(middle[1]) ? middle[0] : middle[1];
}

export function describeClock(ahead: number, mirrors: number): string {
  const span = formatSpan(Math.abs(ahead));
  return `the clock of this host is ${ahead > 0 ? 'ahead' : 'behind'} by ${span}, by what ${mirrors} mirrors say of the time: set it right`;
}
