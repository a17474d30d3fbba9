/**
 * Writes how the addresses of a world's pools stand into the memory that its workers read. A verdict costs what it touches:
 * the pools with that address, and of them the words that are others than before.
 */
import { ADDRESS, STANDINGS, setAddress, writePoolState } from '../answer/pool-state.js';
import type { Clock } from '../clock.js';
import type { LiveWorld } from '../compile/compiler.js';
import { epochAt, memberRanks } from '../compile/member-order.js';
import type { Availability } from '../select/health-view.js';
import { GROWN } from '../select/slow-start.js';
import { type Knowledge, nextStep, poolAvailability, type Roster } from './roster.js';

export interface PoolStates {
  readonly roster: Roster;
  /** What the tables of its world lie in, the state among them. */
  readonly memory: SharedArrayBuffer;
  /** How the addresses of each pool stand. */
  availability(): readonly Availability[];
  /** Brings these pools, by number, to what is known now. Whoever is asked after it answers by that. */
  update(numbers: Iterable<number>): void;
  /** When one of its mirrors grows by a step, by the steady clock. */
  nextStep(): number | undefined;
  /** The pools where that is due. */
  due(now: number): number[];
}

/** The state of a world's pools, written for the first time. */
export function openPoolStates(
  { world, pools, state, memory }: LiveWorld,
  roster: Roster,
  knowledge: () => Knowledge,
  clock: Pick<Clock, 'now' | 'steady'>,
): PoolStates {
  const availability: Availability[] = [];
  /** By pool: room for what is written, and the order of its members as of an epoch. */
  const drafts = roster.keys.map((keys) => new Int32Array(keys.length * ADDRESS.WORDS));
  const orders: { readonly epoch: number; readonly ranks: Uint32Array }[] = [];
  const steps = new Map<number, number>();

  function ranksOf(number: number, epoch: number): Uint32Array {
    const known = orders[number];
    if (known?.epoch === epoch) return known.ranks;
    const { owner = '', seats = [] } = world.pools[number] ?? {};
    const ranks = memberRanks(
      owner,
      seats.map(({ mirror }) => mirror),
      epoch,
    );
    orders[number] = { epoch, ranks };
    return ranks;
  }

  function updateOne(number: number): void {
    const plan = world.pools[number];
    const table = pools[number];
    const words = drafts[number];
    if (plan === undefined || table === undefined || words === undefined) return;
    const at = clock.steady();
    const next = poolAvailability(roster, number, knowledge(), at, availability[number]);
    availability[number] = next;
    const step = nextStep(roster, number, knowledge(), at);
    if (step === undefined) steps.delete(number);
    else steps.set(number, at + step);
    const ranks = ranksOf(number, epochAt(clock.now()));
    let address = 0;
    for (const [seat, { addresses }] of plan.seats.entries()) {
      for (let i = 0; i < addresses.length; i++, address++) {
        setAddress(
          words,
          address,
          STANDINGS.indexOf(next.standing[address] ?? 'off'),
          next.growth?.[address] ?? GROWN,
          ranks[seat] ?? 0,
          next.lifetimes?.[address] ?? plan.ttl,
        );
      }
    }
    writePoolState(state, table.stateAt, words, next.panic);
  }

  const states: PoolStates = {
    roster,
    memory,
    availability: () => availability,
    update(numbers) {
      for (const number of numbers) updateOne(number);
    },
    nextStep: () => (steps.size === 0 ? undefined : Math.min(...steps.values())),
    due: (at) => [...steps].flatMap(([number, step]) => (step <= at ? [number] : [])),
  };
  states.update(pools.keys());
  return states;
}
