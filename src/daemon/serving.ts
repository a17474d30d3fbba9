/**
 * What is served at this moment, and how it moves on. A new world is published whole; between worlds whatever changes how an
 * address stands is written into its pools' state, which the next answer goes by. The state of a world that somebody may
 * still answer from goes on being written until every worker has said that it has left it; then its memory is for another.
 */
import type { AnswerTable } from '../answer/table.js';
import type { Clock } from '../clock.js';
import type { LiveWorld } from '../compile/compiler.js';
import { nextEpoch } from '../compile/member-order.js';
import type { PoolPlan } from '../compile/pool-plan.js';
import type { Log } from '../log.js';
import type { Service } from '../net/service.js';
import type { Availability } from '../select/health-view.js';
import { openPoolStates, type PoolStates } from './pool-states.js';
import { type Knowledge, makeRoster, poolKey, type Roster } from './roster.js';

/** Longer waits are looked at again in between. */
const LONGEST_TIMER = 2 ** 30;

export interface Serving {
  roster(): Roster;
  /** How the addresses of each pool stand, as answers have it. */
  published(): readonly Availability[];
  /** Memory for the next world to be laid into, if it fits: that of a world that nobody reads any more. */
  spare(): SharedArrayBuffer | undefined;
  /** Serves another world from now on. */
  install(next: LiveWorld): void;
  /** Lets somebody else read the tables that are served now, until the function that it gives is called. */
  lend(): () => void;
  /**
   * These addresses, by `targetKey`, may stand otherwise than before; or all of these mirrors, by `zone/name`. When it
   * returns, the next answer goes by what is known now.
   */
  turned(keys: Iterable<string>): void;
  overridden(mirrors: Iterable<string>): void;
  /** The same for all that is served. */
  refresh(): void;
  close(): void;
}

export interface ServingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly knowledge: () => Knowledge;
  /** From now on these are the addresses to probe. */
  readonly watch: (roster: Roster) => void;
  /** The pools, by number, whose verdicts are doubted now. */
  readonly onPanics: (panics: readonly number[], roster: Roster) => void;
}

/** Opens the service with a first world and serves it. Leaves nothing open where it rejects. */
export async function startServing(
  first: LiveWorld,
  open: (table: AnswerTable) => Promise<Service>,
  options: ServingOptions,
): Promise<{ serving: Serving; service: Service }> {
  const { clock, log, knowledge, watch } = options;
  const openStates = (live: LiveWorld): PoolStates => {
    const roster = makeRoster(live.world);
    watch(roster);
    return openPoolStates(live, roster, knowledge, clock);
  };
  const tableOf = ({ world, pools, state }: LiveWorld, generation: number): AnswerTable => ({
    generation,
    ...world.names,
    pools,
    state,
  });
  let states = openStates(first);
  const service = await open(tableOf(first, 1));
  /** Those before it that somebody may still answer from, and the generation that took over from each. */
  let leaving: { readonly states: PoolStates; readonly until: number }[] = [];
  /** Who else reads what, once for each. */
  const lent: PoolStates[] = [];
  /** What those were laid in that nobody reads any more, and which of them the next world may be laid in. */
  let spares: SharedArrayBuffer[] = [];
  let offered: SharedArrayBuffer | undefined;
  /** Who is in panic, by name: numbers mean other pools in another world. */
  let panics: ReadonlyMap<string, PoolPlan> = new Map();
  let cancelStep = (): void => undefined;
  try {
    settle();
  } catch (error) {
    await service.stop();
    throw error;
  }

  /** What follows from what was written: who is in panic now, and when it must be looked at again. */
  function settle(): void {
    const { roster } = states;
    const { pools } = roster.world;
    const numbers = states.availability().flatMap(({ panic }, number) => (panic ? [number] : []));
    options.onPanics(numbers, roster);
    const before = panics;
    panics = new Map(numbers.flatMap((number) => pools[number] ?? []).map((plan) => [poolKey(plan), plan]));
    for (const [name, { zone, owner, family }] of panics) {
      if (before.has(name)) continue;
      log.error(
        { event: 'panic', zone, pool: owner, family },
        `${owner} (${family}): too few mirrors are up to believe it; all enabled ones are answered until more are`,
      );
    }
    for (const [name, { zone, owner, family }] of before) {
      if (panics.has(name)) continue;
      log.info(
        { event: 'panic-over', zone, pool: owner, family },
        `${owner} (${family}): probes are believed again`,
      );
    }
    awaitStep();
  }

  /** Whoever came back takes the next step when it is time, with no probe to say so; and members change their order. */
  function awaitStep(): void {
    cancelStep();
    const epoch = nextEpoch(clock.now());
    const step = states.nextStep();
    const untilStep = step === undefined ? Infinity : step - clock.steady();
    const ms = Math.min(epoch - clock.now(), untilStep, LONGEST_TIMER);
    cancelStep = clock.after(Math.max(0, ms), () => {
      if (clock.now() >= epoch) update(({ roster }) => roster.keys.keys());
      else update((each) => each.due(clock.steady()));
    });
  }

  function letGo(): void {
    const oldest = service.oldestGeneration();
    leaving = leaving.filter(({ states, until }) => {
      if (oldest < until || lent.includes(states)) return true;
      spares.push(states.memory);
      return false;
    });
  }

  function update(numbersIn: (states: PoolStates) => Iterable<number>): void {
    letGo();
    for (const each of [states, ...leaving.map((left) => left.states)]) each.update(numbersIn(each));
    settle();
  }

  const numbersOf = (index: ReadonlyMap<string, readonly number[]>, texts: Iterable<string>): Set<number> =>
    new Set(Array.from(texts, (text) => index.get(text) ?? []).flat());

  return {
    service,
    serving: {
      roster: () => states.roster,
      published: () => states.availability(),
      spare() {
        letGo();
        offered = spares.reduce<typeof offered>(
          (largest, each) => (each.byteLength > (largest?.byteLength ?? 0) ? each : largest),
          undefined,
        );
        return offered;
      },
      install(next) {
        // Either it was used, or the next ones will not fit either.
        spares = spares.filter((each) => each !== offered);
        offered = undefined;
        const generation = service.generation() + 1;
        leaving.push({ states, until: generation });
        states = openStates(next);
        service.publish(tableOf(next, generation));
        settle();
      },
      lend() {
        const borrowed = states;
        lent.push(borrowed);
        return () => void lent.splice(lent.indexOf(borrowed), 1);
      },
      turned: (keys) => update(({ roster }) => numbersOf(roster.poolsOfKey, keys)),
      overridden: (mirrors) => update(({ roster }) => numbersOf(roster.poolsOfMirror, mirrors)),
      refresh: () => update(({ roster }) => roster.keys.keys()),
      close: () => cancelStep(),
    },
  };
}
