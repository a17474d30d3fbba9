/**
 * What is served now, and how it changes. A new world is published as a whole. Between worlds, any change in the state of an
 * address is written into its pools, and the next answer follows it. Workers may still answer from an earlier world: its
 * state is kept up to date until every worker has reported that it left it. Then its memory is free for another world.
 */
import { type AnswerTable, poolKey } from '../answer/table.js';
import type { LiveWorld } from '../compile/compiler.js';
import { nextEpoch } from '../compile/member-order.js';
import { type PoolPlan, poolsOfFiles } from '../compile/pool-plan.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { describePanic } from '../report/describe-panic.js';
import { type Availability, isAnswered } from '../select/health-view.js';
import type { Service } from '../server/service.js';
import { createEmptyPoolLog } from './empty-pools.js';
import type { AddressFacts } from './override-effects.js';
import { openPoolStates, type PoolStates, type StandingPool } from './pool-states.js';
import type { Signals } from './signals.js';
import { type AddressPlace, type HealthSnapshot, indexTargets, type TargetIndex } from './target-index.js';

/** Longer waits are split: the timer looks again in between. */
const LONGEST_TIMER = 2 ** 30;
/** Neither a step nor an epoch is awaited; the two go by different clocks. */
const NOTHING_AWAITED = { step: 0, epoch: 0, cancel: (): void => undefined };

export interface Serving {
  index(): TargetIndex;
  /** The states of a pool's addresses as in answers, the pool by number; and whether it is in panic. */
  published(pool: number): Availability;
  isInPanic(pool: number): boolean;
  facts(pool: number): AddressFacts;
  /** The pools that share the world. */
  sharing(): readonly StandingPool[];
  /** Memory that the next world may be put into, if it fits: that of a world that is no longer read. */
  spare(): SharedArrayBuffer | undefined;
  /** Serves another world from now on. */
  install(next: LiveWorld): void;
  /** Keeps the tables that are served now, for another reader, until the returned function is called. */
  lend(): () => void;
  /**
   * The states of these addresses, by `targetKey`, may have changed; or those of all addresses of these mirrors, by
   * `zone/name`. When it returns, the next answer follows what is known now.
   */
  verdictsChanged(keys: Iterable<string>): void;
  overridden(mirrors: Iterable<string>): void;
  /** The same for everything that is served. */
  refresh(): void;
  close(): void;
}

export interface ServingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly snapshot: () => HealthSnapshot;
  /** These addresses are to be probed from now on. */
  readonly watch: (index: TargetIndex) => void;
  /** The pools, by number, that are in panic now: their verdicts are suppressed. */
  readonly onPanics: (panics: readonly number[], index: TargetIndex) => void;
  readonly signals: Pick<Signals, 'emit'>;
}

/** Opens the service with a first world and serves it. If it rejects, nothing is left open. */
export async function startServing(
  first: LiveWorld,
  open: (table: AnswerTable) => Promise<Service>,
  options: ServingOptions,
): Promise<{ serving: Serving; service: Service }> {
  const { clock, log, snapshot, watch, signals } = options;
  const openStates = (live: LiveWorld): PoolStates => {
    const index = indexTargets(live.world);
    watch(index);
    return openPoolStates(live, index, snapshot, clock);
  };
  const tableOf = ({ world, pools, state, reflection }: LiveWorld, generation: number): AnswerTable => ({
    generation,
    ...world.names,
    pools,
    state,
    reflection,
  });
  let states = openStates(first);
  const service = await open(tableOf(first, 1));
  /** Earlier states that workers may still answer from, and the generation that replaced each. */
  let leaving: { readonly states: PoolStates; readonly until: number }[] = [];
  /** States lent to other readers, one entry for each. */
  const lent: PoolStates[] = [];
  /** Memory of states that are no longer read, and the part of it that was offered for the next world. */
  let spares: SharedArrayBuffer[] = [];
  let offered: SharedArrayBuffer | undefined;
  /** The pools in panic, by name: in another world, numbers mean other pools. */
  let panics: ReadonlyMap<string, PoolPlan> = new Map();
  const emptyPools = createEmptyPoolLog(log);
  let awaited = NOTHING_AWAITED;
  try {
    settle();
  } catch (error) {
    await service.stop();
    throw error;
  }

  /** Applies the consequences of a write: which pools are in panic or empty now, and when to look again. */
  function settle(): void {
    const { index } = states;
    const { pools } = index.world;
    // A user's choice of the one mirror that is down is no reason for an alarm.
    const numbers = poolsOfFiles(pools).filter(states.isInPanic);
    options.onPanics(numbers, index);
    const before = panics;
    panics = new Map(numbers.flatMap((number) => pools[number] ?? []).map((plan) => [poolKey(plan), plan]));
    for (const [name, { zone, owner, family, panic }] of panics) {
      if (before.has(name)) continue;
      log.error(
        { event: 'panic', zone, pool: owner, family },
        `${owner} (${family}): panic: ${describePanic(panic)} until more are up`,
      );
    }
    for (const [name, { zone, owner, family }] of before) {
      if (panics.has(name)) continue;
      log.info(
        { event: 'panic-over', zone, pool: owner, family },
        `${owner} (${family}): probes count again`,
      );
    }
    emptyPools.look(index.world, (pool) => isAnswered(states.facts(pool).counts));
    awaitStep();
  }

  /** Waits for the next slow-start step, which no probe announces, and for the next change in the order of members. */
  function awaitStep(): void {
    const epoch = nextEpoch(clock.now());
    const step = states.nextStep();
    if (step === awaited.step && epoch === awaited.epoch) return;
    awaited.cancel();
    const ms = Math.min(epoch - clock.now(), step - clock.steady(), LONGEST_TIMER);
    const cancel = clock.after(Math.max(0, ms), () => {
      awaited = NOTHING_AWAITED;
      if (clock.now() >= epoch) renew();
      else update((each) => each.due(clock.steady()));
    });
    awaited = { step, epoch, cancel };
  }

  function letGo(): void {
    const oldest = service.oldestGeneration();
    leaving = leaving.filter(({ states, until }) => {
      if (oldest < until || lent.includes(states)) return true;
      spares.push(states.memory);
      return false;
    });
  }

  /** All states that workers may answer from. */
  function living(): PoolStates[] {
    letGo();
    return [states, ...leaving.map((left) => left.states)];
  }

  function update(placesIn: (states: PoolStates) => Iterable<AddressPlace>): void {
    const turned = living().map((each) => each.update(placesIn(each)));
    if (turned[0] === true) settle();
    else awaitStep();
    signals.emit('standingChanged');
  }

  function renew(): void {
    for (const each of living()) each.renew();
    // Waits again by the wall clock, which may have been set.
    awaited.cancel();
    awaited = NOTHING_AWAITED;
    settle();
    signals.emit('standingChanged');
  }

  function updateNamed(
    placesOf: (index: TargetIndex) => TargetIndex['placesOfKey'],
    names: Iterable<string>,
  ): void {
    const all = [...names];
    update(({ index }) => all.flatMap((name) => placesOf(index).get(name) ?? []));
  }

  return {
    service,
    serving: {
      index: () => states.index,
      published: (pool) => states.availability(pool),
      isInPanic: (pool) => states.isInPanic(pool),
      facts: (pool) => states.facts(pool),
      sharing: () => states.sharing(),
      spare() {
        letGo();
        offered = spares.reduce<typeof offered>(
          (largest, each) => (each.byteLength > (largest?.byteLength ?? 0) ? each : largest),
          undefined,
        );
        return offered;
      },
      install(next) {
        // It was used, or the following worlds will not fit either.
        spares = spares.filter((each) => each !== offered);
        offered = undefined;
        const generation = service.generation() + 1;
        leaving.push({ states, until: generation });
        states = openStates(next);
        service.publish(tableOf(next, generation));
        settle();
        signals.emit('standingChanged');
      },
      lend() {
        const borrowed = states;
        lent.push(borrowed);
        return () => void lent.splice(lent.indexOf(borrowed), 1);
      },
      verdictsChanged: (keys) => updateNamed(({ placesOfKey }) => placesOfKey, keys),
      overridden: (mirrors) => updateNamed(({ placesOfMirror }) => placesOfMirror, mirrors),
      refresh: renew,
      close: () => awaited.cancel(),
    },
  };
}
