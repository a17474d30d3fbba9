/**
 * The uplink check: before a mirror is taken out, the canaries of its pool are asked. If all of a family are silent, this
 * host's network is at fault, and no verdict may fall until one answers again. Mirrors that were up stay up, and recoveries
 * still count. A pool without canaries is never frozen.
 */
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { FAMILIES, type Family } from '../platform/types.js';
import type { CanaryAnswer, CanaryRun } from '../probe/canary-run.js';
import type { Canary } from '../zone/model.js';

export interface CanaryPool {
  readonly zone: string;
  /** The pool's owner name, absolute. */
  readonly owner: string;
  readonly canaries: readonly Canary[];
}

/** A canary in one family, as last seen; `at` is in milliseconds since 1970. */
export interface CanaryState {
  readonly canary: string;
  readonly family: Family;
  readonly answer: CanaryAnswer;
  readonly at: number;
}

export interface FrozenPool {
  readonly zone: string;
  readonly owner: string;
  readonly family: Family;
}

export interface UplinkCheck {
  setPools(pools: readonly CanaryPool[]): void;
  /** A probe of a mirror failed: asks the canaries of its pool, unless they were asked a moment ago. */
  failed(address: ProbedAddress): void;
  /**
   * Whether a fall whose first failure began at `since` (monotonic) is confirmed: a canary must answer now, and there
   * must have been no time since when all were silent. At once if the pool has none; else within two canary deadlines.
   */
  confirm(address: ProbedAddress, since: number): true | Promise<boolean>;
  frozen(): readonly FrozenPool[];
  canaryStates(zone: string, owner: string): readonly CanaryState[];
  close(): void;
}

interface ProbedAddress {
  readonly zone: string;
  readonly pool: string;
  readonly address: { readonly family: Family };
}

export interface UplinkCheckOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly run: CanaryRun;
  /** The set of frozen pools has changed. */
  readonly onFrozen: () => void;
}

/** An answer no older than this still counts. */
const FRESH_MS = 2000;
/** Canaries are asked this often in quiet times, so that one that never answers is noticed before it is needed. */
const QUIET_MS = 30_000;

interface WatchedCanary {
  readonly canary: Canary;
  readonly family: Family;
  answer: CanaryAnswer | undefined;
  /** It has answered before, so an address that is no longer found counts as silence. */
  answered: boolean;
  /** Wall time of the latest answer or silence. */
  at: number;
  /** When it was last asked, monotonic. */
  askedAt: number;
  asking: Promise<void> | undefined;
}

/** The canaries of a pool in one family. */
interface Group extends FrozenPool {
  readonly canaries: readonly WatchedCanary[];
  frozen: boolean;
  /** When all of them were last silent, monotonic. */
  silentAt: number;
}

export function createUplinkCheck({ clock, log, run, onFrozen }: UplinkCheckOptions): UplinkCheck {
  let canaries = new Map<string, WatchedCanary>();
  let groups = new Map<string, Group>();
  let cancel = clock.after(QUIET_MS, look);
  let closed = false;

  const keyOf = (zone: string, owner: string, family: Family): string =>
    JSON.stringify([zone, owner, family]);
  const groupOf = ({ zone, pool, address }: ProbedAddress): Group | undefined =>
    groups.get(keyOf(zone, pool, address.family));

  /** Asks all canaries in quiet times; while pools are frozen, asks theirs more often, until one answers. */
  function look(): void {
    cancel();
    const frozen = [...groups.values()].filter((group) => group.frozen);
    const due = frozen.length > 0 ? new Set(frozen.flatMap((group) => group.canaries)) : canaries.values();
    for (const canary of due) void ask(canary);
    cancel = clock.after(frozen.length > 0 ? FRESH_MS : QUIET_MS, look);
  }

  /** Resolves when the canary has an answer that is fresh and was asked for no earlier than `notBefore`. */
  function ask(watched: WatchedCanary, notBefore = -Infinity): Promise<void> {
    if (closed) return Promise.resolve();
    const inTime = watched.askedAt >= notBefore;
    if (watched.asking !== undefined) {
      return inTime ? watched.asking : watched.asking.then(() => ask(watched, notBefore));
    }
    const fresh = watched.answer !== undefined && clock.monotonic() - watched.askedAt < FRESH_MS;
    if (fresh && inTime) return Promise.resolve();
    watched.askedAt = clock.monotonic();
    watched.asking = run(watched.canary, watched.family).then((answer) => {
      watched.asking = undefined;
      if (closed) return;
      watched.answer = answer === 'absent' && watched.answered ? 'silent' : answer;
      watched.answered ||= answer === 'answers';
      watched.at = clock.now();
      updateFrozen();
    });
    return watched.asking;
  }

  function updateFrozen(): void {
    let turned = false;
    for (const group of groups.values()) {
      const heard = group.canaries.filter(({ answer }) => answer !== 'absent');
      // One that has not been asked yet may still answer.
      const silent = heard.length > 0 && heard.every(({ answer }) => answer === 'silent');
      if (silent) group.silentAt = clock.monotonic();
      if (silent === group.frozen) continue;
      group.frozen = silent;
      turned = true;
      report(group);
    }
    if (!turned) return;
    onFrozen();
    cancel();
    cancel = clock.after(FRESH_MS, look);
  }

  function report({ zone, owner, family, frozen }: Group): void {
    const fields = { zone, pool: owner, family };
    if (frozen) {
      log.error(
        { event: 'uplink-down', ...fields },
        `${owner} (${family}): uplink down: no canary answers; verdicts are frozen until one does`,
      );
    } else
      log.info(
        { event: 'uplink-up', ...fields },
        `${owner} (${family}): uplink up: canaries answer, verdicts count again`,
      );
  }

  async function confirmFall(address: ProbedAddress, group: Group, since: number): Promise<boolean> {
    // An answer from before the failures says nothing about them.
    await Promise.all(group.canaries.map((canary) => ask(canary, since)));
    const now = groupOf(address);
    // A reload made another group of the pool, maybe with other canaries. What they say is kept there.
    if (now !== undefined && now !== group) return confirmFall(address, now, since);
    return !group.frozen && group.silentAt < since;
  }

  return {
    setPools(pools) {
      const [nextCanaries, nextGroups] = [new Map<string, WatchedCanary>(), new Map<string, Group>()];
      const watch = (canary: Canary, family: Family): WatchedCanary => {
        const key = `${family} ${canary.text}`;
        const watched = nextCanaries.get(key) ??
          canaries.get(key) ?? {
            canary,
            family,
            answer: undefined,
            answered: false,
            at: 0,
            askedAt: 0,
            asking: undefined,
          };
        nextCanaries.set(key, watched);
        return watched;
      };
      for (const { zone, owner, canaries: stated } of pools) {
        for (const family of FAMILIES) {
          const own = stated.filter((canary) => canary.family === undefined || canary.family === family);
          if (own.length === 0) continue;
          const key = keyOf(zone, owner, family);
          const { frozen = false, silentAt = -Infinity } = groups.get(key) ?? {};
          const watched = own.map((canary) => watch(canary, family));
          nextGroups.set(key, { zone, owner, family, canaries: watched, frozen, silentAt });
        }
      }
      [canaries, groups] = [nextCanaries, nextGroups];
      updateFrozen();
      look();
    },

    failed(address) {
      for (const canary of groupOf(address)?.canaries ?? []) void ask(canary);
    },

    confirm(address, since) {
      const group = groupOf(address);
      return group === undefined ? true : confirmFall(address, group, since);
    },

    frozen: () =>
      [...groups.values()]
        .filter((group) => group.frozen)
        .map(({ zone, owner, family }) => ({ zone, owner, family })),

    canaryStates: (zone, owner) =>
      FAMILIES.flatMap((family) =>
        (groups.get(keyOf(zone, owner, family))?.canaries ?? []).flatMap(({ canary, answer, at }) =>
          answer === undefined ? [] : [{ canary: canary.text, family, answer, at }],
        ),
      ),

    close() {
      closed = true;
      cancel();
    },
  };
}
