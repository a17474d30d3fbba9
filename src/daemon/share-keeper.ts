/**
 * Shares the world again as mirrors come and go: in a thread of its own, every few seconds at most, and only if a pool has
 * limits. Until the thread is done, the previous factors apply.
 */
import { isDeepStrictEqual } from 'node:util';
import type { WorldWeights } from '../compile/map/catchment-weights.js';
import type { SharedPools, ShareJob } from '../compile/share-job.js';
import type { World } from '../compile/world.js';
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { runInWorker } from '../platform/run-in-worker.js';
import type { Serving } from './serving.js';
import type { Signals } from './signals.js';
import type { NamedShare, WorldShares } from './world-shares.js';

const SHARER = new URL('../compile/share-worker.js', import.meta.url);

/** Milliseconds between runs, and after one that failed: the host may lack files or memory for a while. */
const PACE_MS = 5000;
const RETRY_MS = 60_000;

export interface ShareKeeper {
  /** Uses other weights from now on. */
  follow(weights: WorldWeights | undefined): void;
  stop(): void;
}

export interface ShareKeeperParts {
  readonly serving: Pick<Serving, 'index' | 'sharing' | 'lend' | 'overridden'>;
  readonly shares: WorldShares;
  readonly signals: Signals;
  readonly clock: Pick<Clock, 'after' | 'steady'>;
  readonly log: Log;
  readonly weights: WorldWeights | undefined;
}

export function keepWorldShares(parts: ShareKeeperParts): ShareKeeper {
  const { serving, shares, signals, clock, log } = parts;
  let { weights } = parts;
  /** The inputs of the last run, and the weights of catchments by geography. */
  let known: { world: World; sharing: ReturnType<Serving['sharing']> } | undefined;
  let clients: SharedPools['clients'] = new Map();
  let cancel: (() => void) | undefined;
  let isRunning = false;
  let isStopped = false;
  let next = Number.NEGATIVE_INFINITY;

  function look(): void {
    const { pools } = serving.index().world;
    if (isRunning || isStopped || cancel !== undefined) return;
    if (pools.every(({ worldLimits }) => worldLimits === undefined)) {
      shares.set([]);
      known = undefined;
      return;
    }
    cancel = clock.after(Math.max(0, next - clock.steady()), () => {
      cancel = undefined;
      void run();
    });
  }

  async function run(): Promise<void> {
    const { world } = serving.index();
    const sharing = serving.sharing();
    if (known?.world === world && isDeepStrictEqual(known.sharing, sharing)) return;
    if (known?.world !== world) clients = new Map();
    known = { world, sharing };
    isRunning = true;
    let pause = PACE_MS;
    const giveBack = serving.lend();
    try {
      const job: ShareJob = {
        pools: sharing.map(({ pool, ...one }) => {
          const weighed = clients.get(pool.geography);
          return { ...one, geography: pool.geography, ...(weighed !== undefined && { clients: weighed }) };
        }),
        database: world.sources.location.path,
        ...(weights !== undefined && { world: weights }),
      };
      const done = await runInWorker<SharedPools>(SHARER, job);
      if (isStopped) return;
      clients = done.clients;
      serving.overridden(shares.set(sharesOf(sharing, done)));
    } catch (error) {
      known = undefined;
      pause = RETRY_MS;
      log.warn(
        { event: 'shares-failed', error: describeError(error) },
        `shares of the world stay as they were: ${describeError(error)}`,
      );
    } finally {
      giveBack();
      isRunning = false;
      next = clock.steady() + pause;
      look();
    }
  }

  signals.on('standingChanged', look);
  look();
  return {
    follow(other) {
      if (isDeepStrictEqual(weights, other)) return;
      weights = other;
      known = undefined;
      look();
    },
    stop() {
      isStopped = true;
      signals.off('standingChanged', look);
      cancel?.();
    },
  };
}

function* sharesOf(sharing: ReturnType<Serving['sharing']>, { shares }: SharedPools): Generator<NamedShare> {
  for (const [i, { pool, limits }] of sharing.entries()) {
    const { factors, parts } = shares[i] ?? { factors: [], parts: [] };
    for (const [member, { mirror }] of pool.members.entries()) {
      const [limit = 1, expected = 0, factor = 1] = [limits[member], parts[member], factors[member]];
      yield [pool, mirror, { limit, expected, factor }];
    }
  }
}
