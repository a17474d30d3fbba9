/**
 * Whether the clock of this host is right, judged by the time that mirrors report. Signatures made by a clock that is ahead
 * are not yet valid for resolvers (RFC 4035 §5.3.1), and a clock that is behind rolls keys late. The median decides, so that
 * no single mirror can move the result. Each mirror counts once, however many addresses it has. Pure.
 */
import { HOUR_MS, MINUTE_MS } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';

/** The time that one mirror reported. */
export interface Witness {
  readonly mirror: string;
  /** Milliseconds by which this host's clock is ahead of the mirror's; negative: behind. */
  readonly ahead: number;
  /** When it was reported, by the steady clock, as all moments here. */
  readonly at: number;
}

export interface HostClock {
  /** The median: at least half of the mirrors find this host's clock that far ahead (or behind), or farther. */
  readonly ahead: number;
  /** How many mirrors reported. */
  readonly mirrors: number;
  readonly wrong: boolean;
  readonly at: number;
}

/** With fewer mirrors there is no result: one of two may be wrong. */
const LEAST = 3;
/** Older reports do not count. */
const RECENT_MS = HOUR_MS;
/** Signatures are backdated by an hour and a half: a clock that is wrong by less than this does no harm. */
export const WRONG_MS = HOUR_MS;
/** A wrong clock counts as right again only below this, so that the verdict does not go back and forth. */
const RIGHT_MS = 55 * MINUTE_MS;

export function isRecent({ at }: Pick<Witness, 'at'>, now: number): boolean {
  return now - at < RECENT_MS;
}

/** The judgement now, after `before`. Undefined: too few mirrors have reported recently. */
export function judgeClock(
  before: HostClock | undefined,
  witnesses: Iterable<Witness>,
  now: number,
): HostClock | undefined {
  // The newest report of a mirror counts. It is known by its name alone, as the same mirror may be in several zones.
  const recent = [...witnesses].filter((witness) => isRecent(witness, now)).sort((a, b) => a.at - b.at);
  const said = new Map(recent.map(({ mirror, ahead }) => [mirror, ahead]));
  if (said.size < LEAST) return before !== undefined && isRecent(before, now) ? before : undefined;
  const ahead = median([...said.values()]);
  const wrong = Math.abs(ahead) > (before?.wrong === true ? RIGHT_MS : WRONG_MS);
  return { ahead, mirrors: said.size, wrong, at: now };
}

/** Of an even number, the one of the two middle values that is nearer to zero. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0] as const;
  return Math.abs(middle[0]) < Math.abs(middle[1]) ? middle[0] : middle[1];
}

export function describeClock(ahead: number, mirrors: number): string {
  const span = formatSpan(Math.abs(ahead));
  return `the clock of this host is ${ahead > 0 ? 'ahead' : 'behind'} by ${span}, by what ${mirrors} mirrors say of the time: set it right`;
}
