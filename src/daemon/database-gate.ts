/**
 * Holds a new database that would move too much of a pool's downloads, until an operator has looked at it or its time has
 * come. What it would move is computed before it serves; until that is known, at a start too, the one before serves on.
 */

import * as z from 'zod';
import type { GeoRequest } from '../compile/chosen-databases.js';
import { describeHeld, type HeldDatabase, hold, isHeld } from '../foresight/gate.js';
import type { PoolShift, ShiftQuestion } from '../foresight/shift.js';
import { type PendingUpdate, pendingUpdate } from '../geo/geo-sources.js';
import type { DatabaseKind } from '../geo/mmdb-file.js';
import type { Clock } from '../platform/clock.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { runInWorker } from '../platform/run-in-worker.js';
import { DAY_MS, HOUR_MS } from '../platform/time.js';
import type { StateFiles } from '../state/state-files.js';
import { type StateKind, time } from '../state/state-kind.js';
import type { Signals } from './signals.js';

export interface DatabaseGate {
  /** Files that must not be used now, and why. */
  refused(): ReadonlyMap<string, string>;
  /** Judges databases that are new; resolves when that is done. Never rejects. */
  look(): Promise<void>;
  /** Whether a database is still to be judged. */
  isBehind(): boolean;
  /** The databases that are held. */
  held(): readonly HeldDatabase[];
  /**
   * Accepts or rejects all that are held. Rejects with REQUEST_REFUSED if there is none, or with STATE_UNUSABLE if the decision
   * holds but could not be written.
   */
  say(said: 'accepted' | 'rejected'): Promise<readonly HeldDatabase[]>;
  stop(): Promise<void>;
}

export interface GateParts {
  /** Where databases are looked for. */
  readonly geo: () => GeoRequest;
  /** The other inputs of worlds. */
  readonly zones: () => Pick<ShiftQuestion, 'zones' | 'hosts' | 'world'>;
  /** The fraction of a pool's downloads, 0 to 1, that may move without asking. */
  readonly maxShift: () => number;
  readonly files: StateFiles;
  readonly clock: Clock;
  readonly log: Log;
  readonly signals: Pick<Signals, 'emit'>;
  /** Default: in a thread of its own. */
  readonly shift?: (question: ShiftQuestion) => Promise<readonly PoolShift[]>;
}

const SHIFTER = new URL('../foresight/shift-worker.js', import.meta.url);

const KINDS: readonly DatabaseKind[] = ['location', 'asn'];

const state: StateKind<HeldDatabase> = {
  name: 'held-databases.json',
  version: 1,
  holds: 'databases',
  entry: z.strictObject({
    kind: z.enum(['location', 'asn']),
    path: z.string(),
    identity: z.string(),
    type: z.string(),
    build_epoch: z.number(),
    pool: z.string(),
    moved: z.number(),
    since: time,
    ends: time.exactOptional(),
    said: z.enum(['accepted', 'rejected']).exactOptional(),
  }),
};

export async function openDatabaseGate(parts: GateParts): Promise<DatabaseGate> {
  const { geo, zones, maxShift, files, clock, log, signals } = parts;
  const shift = parts.shift ?? ((question) => runInWorker<readonly PoolShift[]>(SHIFTER, question));
  const held = new Map((await files.read(state)).map((one) => [one.kind, one]));
  const file = files.keep(state, () => held.values());
  /** By identity, files that were found to move little. */
  const passed = new Set<string>();
  /** When each was last reported, by the steady clock. */
  const toldAt = new Map<DatabaseKind, number>();
  let cancel = clock.after(HOUR_MS, tick);

  /** A day may have passed, or a held database may be due to be served. */
  function tick(): void {
    cancel = clock.after(HOUR_MS, tick);
    for (const one of held.values()) {
      if (!isHeld(one, clock.now())) signals.emit('sourcesChanged');
      else if (clock.steady() - (toldAt.get(one.kind) ?? -Infinity) >= DAY_MS) tell(one);
    }
  }

  function tell(one: HeldDatabase): void {
    toldAt.set(one.kind, clock.steady());
    const text = describeHeld(one);
    log.warn({ event: 'database-held', path: one.path, pool: one.pool, moved: one.moved }, text);
    signals.emit('databaseHeld', text);
  }

  /** Databases that would replace others. */
  function updates(): readonly PendingUpdate[] {
    if (maxShift() >= 1) return [];
    const request = geo();
    return KINDS.flatMap((kind) => pendingUpdate(kind, { ...request, configured: request }) ?? []);
  }

  function isJudged({ kind, identity }: PendingUpdate): boolean {
    return passed.has(identity) || held.get(kind)?.identity === identity;
  }

  async function judge(update: PendingUpdate): Promise<void> {
    const { kind, path, identity, type, build_epoch, before, replaced } = update;
    const { mapMemory, city, asn } = geo();
    const served = { ...(city && { city }), ...(asn && { asn }) };
    const name = kind === 'asn' ? 'asn' : 'city';
    const [worst] = await shift({
      ...zones(),
      mapMemory,
      before: { ...served, [name]: before },
      after: { ...served, [name]: path },
    });
    if (worst === undefined || worst.moved <= maxShift()) {
      passed.add(identity);
      return;
    }
    const found = { kind, path, identity, type, build_epoch, pool: worst.pool, moved: worst.moved };
    const known = held.get(kind);
    // The wait for one that has come into use since is over, and not this one's.
    const one = hold(found, known?.identity === replaced ? undefined : known, clock.now());
    held.set(kind, one);
    if (isHeld(one, clock.now())) tell(one);
  }

  return {
    refused() {
      const now = clock.now();
      return new Map(
        updates().flatMap((update): [string, string][] => {
          const one = held.get(update.kind);
          if (!isJudged(update)) return [[update.path, `${update.path} is new, and is being looked at`]];
          return one?.identity === update.identity && isHeld(one, now) ? [[one.path, describeHeld(one)]] : [];
        }),
      );
    },
    async look() {
      const there = updates();
      const before = [...held.values()];
      for (const update of there) {
        if (isJudged(update)) continue;
        try {
          await judge(update);
        } catch (error) {
          // Faults in zones and databases are reported elsewhere, not by the gate.
          passed.add(update.identity);
          log.warn(
            { event: 'database-not-judged', path: update.path, error: describeError(error) },
            `what ${update.path} would move can't be worked out: ${describeError(error)}`,
          );
        }
      }
      // A database that is in use, or gone, is no longer held, nor is one that moves no more than the config now allows.
      for (const [kind, one] of held) {
        const isAllowed = one.said === undefined && one.moved <= maxShift();
        if (isAllowed) passed.add(one.identity);
        if (isAllowed || !there.some(({ identity }) => identity === one.identity)) held.delete(kind);
      }
      // A failed write is logged and tried again by `files`.
      if (before.some((one) => held.get(one.kind) !== one) || held.size > before.length) {
        await file.flush().catch(() => undefined);
      }
    },
    isBehind: () => updates().some((update) => !isJudged(update)),
    held: () => [...held.values()].filter((one) => isHeld(one, clock.now())),
    async say(said) {
      const all = [...held.values()].filter((one) => isHeld(one, clock.now()));
      if (all.length === 0) throw new GeopoolError('REQUEST_REFUSED', 'no database is held');
      for (const one of all) held.set(one.kind, { ...one, said });
      log.info(
        { event: `database-${said}`, paths: all.map(({ path }) => path) },
        `${all.map(({ path }) => path).join(', ')}: ${said}`,
      );
      // It holds even if the disk fails.
      signals.emit('sourcesChanged');
      await file.flush();
      return all.map((one) => ({ ...one, said }));
    },
    async stop() {
      cancel();
      await file.close();
    },
  };
}
