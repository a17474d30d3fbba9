/**
 * What moves between two forecasts of a pool: which part of all downloads comes from another mirror than before, and from
 * which one. Within a country, what some mirrors lose goes to those that gain, in proportion. The rest is matched over the
 * whole world: for example if the countries themselves have other weights.
 */
import type { Forecast, PoolForecast } from './forecast.js';

export interface Move {
  /** Mirrors; absent: these clients got no mirror before (`from`), or get none now (`to`). */
  readonly from?: string;
  readonly to?: string;
  /** The part of all clients' downloads, above 0, at most 1. */
  readonly share: number;
}

export interface NamedForecast {
  /** By member. */
  readonly mirrors: readonly string[];
  readonly forecast: PoolForecast;
}

/** Stands for no mirror: clients that get none. */
const NOBODY = '';

/** Anything less is rounding. */
const NEGLIGIBLE = 1e-6;

/** All moves, the largest first. */
export function movesBetween(before: NamedForecast, after: NamedForecast): Move[] {
  const moves = new Map<string, Map<string, number>>();
  const left = { lost: new Map<string, number>(), gained: new Map<string, number>() };
  for (const country of new Set([...before.forecast.countries.keys(), ...after.forecast.countries.keys()])) {
    const [old, now] = [before, after].map(({ mirrors, forecast }) =>
      downloadsBy(mirrors, forecast.countries.get(country)),
    );
    const lost = new Map<string, number>();
    const gained = new Map<string, number>();
    for (const mirror of new Set([...(old ?? []), ...(now ?? [])].map(([name]) => name))) {
      const more = (now?.get(mirror) ?? 0) - (old?.get(mirror) ?? 0);
      if (more > 0) gained.set(mirror, more);
      else if (more < 0) lost.set(mirror, -more);
    }
    match(lost, gained, moves);
    for (const [mirror, share] of lost) left.lost.set(mirror, (left.lost.get(mirror) ?? 0) + share);
    for (const [mirror, share] of gained) left.gained.set(mirror, (left.gained.get(mirror) ?? 0) + share);
  }
  cancel(left.lost, left.gained);
  match(left.lost, left.gained, moves);
  return [...moves]
    .flatMap(([from, all]) => Array.from(all, ([to, share]) => ({ from, to, share })))
    .filter(({ from, to, share }) => from !== to && share > NEGLIGIBLE)
    .sort((a, b) => b.share - a.share)
    .map(({ from, to, share }) => ({
      ...(from !== NOBODY && { from }),
      ...(to !== NOBODY && { to }),
      share,
    }));
}

/** The part of all downloads that moves, 0 to 1. */
export function movedShare(moves: readonly Move[]): number {
  return moves.reduce((sum, { share }) => sum + share, 0);
}

/** By mirror: its part of all downloads that is in this region. */
function downloadsBy(mirrors: readonly string[], region: Forecast | undefined): Map<string, number> {
  if (region === undefined) return new Map();
  const { weight, unanswered, shares } = region;
  const all = new Map(
    mirrors.map((mirror, member) => [mirror, weight * (1 - unanswered) * (shares[member] ?? 0)]),
  );
  return all.set(NOBODY, weight * unanswered);
}

/** What a mirror loses in one country and gains in another has not moved. */
function cancel(lost: Map<string, number>, gained: Map<string, number>): void {
  for (const [mirror, loss] of lost) {
    const both = Math.min(loss, gained.get(mirror) ?? 0);
    lost.set(mirror, loss - both);
    gained.set(mirror, (gained.get(mirror) ?? 0) - both);
  }
}

/** Moves as much as possible from the mirrors that lost to those that gained, and subtracts it from both. */
function match(
  lost: Map<string, number>,
  gained: Map<string, number>,
  moves: Map<string, Map<string, number>>,
): void {
  const [losses, gains] = [lost, gained].map((all) =>
    [...all.values()].reduce((sum, share) => sum + share, 0),
  );
  const moved = Math.min(losses ?? 0, gains ?? 0);
  if (moved === 0) return;
  for (const [from, loss] of lost) {
    const to = moves.get(from) ?? new Map<string, number>();
    moves.set(from, to);
    for (const [mirror, gain] of gained) {
      const share = ((loss / (losses ?? 1)) * gain * moved) / (gains ?? 1);
      to.set(mirror, (to.get(mirror) ?? 0) + share);
    }
  }
  for (const [mirror, loss] of lost) lost.set(mirror, loss * (1 - moved / (losses ?? 1)));
  for (const [mirror, gain] of gained) gained.set(mirror, gain * (1 - moved / (gains ?? 1)));
}
