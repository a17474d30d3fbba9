/**
 * Writes the states of a world's addresses into the memory that its workers read. A change of a verdict costs only what it
 * touches: its address is examined, counted again and written, however large the pool is. All addresses of a pool are
 * written only if its mode changes, which means panic.
 */
import {
  ADDRESS,
  ADDRESS_STATES,
  growthStepOf,
  rankOf,
  setAddress,
  stateOf,
  WHOLE,
  writePoolState,
} from '../answer/pool-state.js';
import type { LocationMap } from '../answer/table.js';
import type { LiveWorld } from '../compile/compiler.js';
import { epochAt, memberRanks } from '../compile/member-order.js';
import type { PoolPlan } from '../compile/pool-plan.js';
import type { WorldQuestion } from '../compile/world-shares.js';
import type { Clock } from '../platform/clock.js';
import {
  type Availability,
  countFacts,
  type FactCounts,
  isAnswered,
  modeOf,
  stateIn,
} from '../select/health-view.js';
import { GROWN } from '../select/slow-start.js';
import type { AddressFacts } from './override-effects.js';
import { addressStanding } from './pool-health.js';
import type { AddressPlace, HealthSnapshot, TargetIndex } from './target-index.js';

export interface PoolStates {
  readonly index: TargetIndex;
  /** The memory that holds the tables of its world, including this state. */
  readonly memory: SharedArrayBuffer;
  /** The states of a pool's addresses; the pool by number. */
  availability(pool: number): Availability;
  isInPanic(pool: number): boolean;
  facts(pool: number): AddressFacts;
  /**
   * Updates these addresses to what is known now; this state then answers accordingly. Returns whether, in a pool of a zone
   * file, panic began or ended, or whether it now has, or no longer has, an address to answer with.
   */
  update(places: Iterable<AddressPlace>): boolean;
  /** The same for all addresses of all pools, and for the order of members. */
  renew(): boolean;
  /** The pools that share the world, with the states of their addresses, but without their shares. */
  sharing(): readonly StandingPool[];
  /** When the next slow-start step of any mirror is due, by the steady clock; Infinity if there is none. */
  nextStep(): number;
  /** The addresses whose step is due. */
  due(now: number): AddressPlace[];
}

/** A pool that shares the world. */
export interface StandingPool extends Omit<WorldQuestion, 'clients'> {
  readonly pool: PoolPlan;
  readonly table: LocationMap;
}

/** The state of a pool. */
interface Standing {
  /** By address; see FACT. */
  readonly facts: Uint8Array;
  readonly counts: FactCounts;
  mode: ReturnType<typeof modeOf>;
  /** By address: the fraction of its weight and cap that the mirror asks for. */
  readonly own: Float64Array;
  /** By address: the words as written. */
  readonly words: Int32Array;
  /** By address: when its next step is due, by the steady clock. */
  readonly steps: Map<number, number>;
}

/** Opens the state of a world's pools and writes it for the first time. */
export function openPoolStates(
  { world, pools, state, memory }: LiveWorld,
  index: TargetIndex,
  snapshot: () => HealthSnapshot,
  clock: Pick<Clock, 'now' | 'steady'>,
): PoolStates {
  const standings = index.keys.map(({ length }): Standing => {
    const facts = new Uint8Array(length);
    const counts = countFacts(facts);
    return {
      facts,
      counts,
      mode: modeOf(counts, 0),
      own: new Float64Array(length).fill(1),
      words: new Int32Array(length * ADDRESS.WORDS),
      steps: new Map(),
    };
  });
  /** By pool: its earliest step. */
  const steps = new Map<number, number>();

  /** Updates addresses of a pool to what is known now; `ranks` sets a new order of its members. */
  function updatePool(pool: number, addresses: readonly number[], ranks?: Uint32Array): boolean {
    const plan = world.pools[pool];
    const table = pools[pool];
    const standing = standings[pool];
    if (plan === undefined || table === undefined || standing === undefined) return false;
    const { facts, counts, words, mode } = standing;
    const wasAnswered = isAnswered(counts);
    const at = clock.steady();
    const seen = snapshot();
    const found = addresses.map((address) => {
      const before = facts[address] ?? 0;
      const next = addressStanding(index, pool, address, seen, at, before);
      counts[before] = (counts[before] ?? 0) - 1;
      counts[next.facts] = (counts[next.facts] ?? 0) + 1;
      facts[address] = next.facts;
      standing.own[address] = next.own;
      if (next.nextStep === undefined) standing.steps.delete(address);
      else standing.steps.set(address, at + next.nextStep);
      return next;
    });
    if (standing.steps.size === 0) steps.delete(pool);
    else steps.set(pool, Math.min(...standing.steps.values()));
    standing.mode = modeOf(counts, plan.panicThreshold);
    const write = (address: number, growth: number, ttl: number, factor: number): void => {
      const word = words[address * ADDRESS.WORDS + ADDRESS.STATE] ?? 0;
      const rank = ranks?.[index.members[pool]?.[address] ?? 0] ?? rankOf(word);
      const turned = ADDRESS_STATES.indexOf(stateIn(standing.mode, facts[address] ?? 0, plan.panic));
      setAddress(words, address, turned, growth, rank, ttl, factor);
    };
    for (const [i, { growth, lifetime, factor }] of found.entries())
      write(addresses[i] ?? 0, growth, lifetime, factor);
    const { panic, allPending } = standing.mode;
    let touched = addresses;
    if (panic !== mode.panic || allPending !== mode.allPending) {
      touched = [...facts.keys()];
      for (const address of touched) {
        const from = address * ADDRESS.WORDS;
        const growth = growthStepOf(words[from + ADDRESS.STATE] ?? 0);
        write(address, growth, words[from + ADDRESS.TTL] ?? 0, (words[from + ADDRESS.FACTOR] ?? 0) / WHOLE);
      }
    }
    writePoolState(state, table.stateAt, words, panic, touched);
    return plan.chosenFrom === undefined && (panic !== mode.panic || isAnswered(counts) !== wasAnswered);
  }

  const states: PoolStates = {
    index,
    memory,

    availability(pool) {
      const { mode, words = new Int32Array() } = standings[pool] ?? {};
      const addresses = Array.from({ length: words.length / ADDRESS.WORDS }, (_, i) => i * ADDRESS.WORDS);
      const stateWords = addresses.map((from) => words[from + ADDRESS.STATE] ?? 0);
      const growth = stateWords.map(growthStepOf);
      const lifetimes = addresses.map((from) => words[from + ADDRESS.TTL] ?? 0);
      const factors = addresses.map((from) => (words[from + ADDRESS.FACTOR] ?? 0) / WHOLE);
      const { ttl = 0 } = world.pools[pool] ?? {};
      return {
        panic: mode?.panic ?? false,
        states: stateWords.map((word) => ADDRESS_STATES[stateOf(word)] ?? 'off'),
        ...(growth.some((step) => step < GROWN) && { growth }),
        ...(factors.some((factor) => factor < 1) && { factors }),
        ...(lifetimes.some((seconds) => seconds < ttl) && { lifetimes }),
      };
    },

    isInPanic: (pool) => standings[pool]?.mode.panic ?? false,
    sharing: () =>
      world.pools.flatMap((pool, number) => {
        const table = pools[number];
        const { words, own } = standings[number] ?? {};
        if (pool.worldLimits === undefined || table === undefined || words === undefined) return [];
        const stands = new Int32Array(words.length);
        for (let at = 0; at < words.length; at += ADDRESS.WORDS) {
          const word = words[at + ADDRESS.STATE] ?? 0;
          const address = at / ADDRESS.WORDS;
          setAddress(stands, address, stateOf(word), growthStepOf(word), rankOf(word), 0, own?.[address]);
        }
        return { pool, table, rules: table, words: stands, limits: pool.worldLimits };
      }),

    facts: (pool) => standings[pool] ?? { facts: [], counts: countFacts() },

    update(places) {
      const byPool = new Map<number, number[]>();
      for (const { pool, address } of places) {
        const known = byPool.get(pool);
        if (known === undefined) byPool.set(pool, [address]);
        else known.push(address);
      }
      let turned = false;
      for (const [pool, addresses] of byPool) if (updatePool(pool, addresses)) turned = true;
      return turned;
    },

    renew() {
      const epoch = epochAt(clock.now());
      let turned = false;
      for (const [pool, { owner, members }] of world.pools.entries()) {
        const mirrors = members.map(({ mirror }) => mirror);
        const all = [...(standings[pool]?.facts.keys() ?? [])];
        if (updatePool(pool, all, memberRanks(owner, mirrors, epoch))) turned = true;
      }
      return turned;
    },

    nextStep: () => Math.min(...steps.values()),

    due: (at) =>
      [...steps].flatMap(([pool, first]) =>
        first > at
          ? []
          : [...(standings[pool]?.steps ?? [])].flatMap(([address, step]) =>
              step > at ? [] : { pool, address },
            ),
      ),
  };
  states.renew();
  return states;
}
