/**
 * What is served at this moment, and how it moves on: a new world is dealt and published whole, and between worlds every
 * verdict or override that changes how an address stands has the decks of its pools drawn again. One thing at a time, but
 * that a verdict waits no longer than for the dead of the one before to leave the answers, and not for all decks.
 */
import type { AnswerTable, PoolTable } from '../answer/table.js';
import type { Clock } from '../clock.js';
import type { LiveWorld } from '../compile/compiler.js';
import { describeError } from '../errors.js';
import type { Log } from '../log.js';
import type { Service } from '../net/service.js';
import type { Availability } from '../select/health-view.js';
import {
  changedPools,
  type Knowledge,
  makeRoster,
  nextStep,
  poolAvailability,
  poolKey,
  type Roster,
} from './roster.js';

/** Longer waits are looked at again in between. */
const LONGEST_TIMER = 2 ** 30;

export interface Serving {
  roster(): Roster;
  /** The availability that the published decks are drawn for, by pool; where there are very many, some follow later. */
  published(): readonly Availability[];
  /** Serves another world from now on; the one before is closed. Rejects, and goes on with that one, where it can't. */
  install(live: LiveWorld): Promise<void>;
  /** Something may have changed in what is known: resolves when what follows from it is published. Never rejects. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface ServingOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly knowledge: () => Knowledge;
  /** From now on these are the addresses to probe. */
  readonly watch: (roster: Roster) => void;
  /** The pools, by number, whose verdicts are doubted now. */
  readonly onPanics: (panics: readonly number[], roster: Roster) => void;
  /** The dealer died: the world must be built anew. */
  readonly onDealerDeath: () => void;
}

/** Deals a first world, opens the service with its table and serves it. Leaves neither open where it rejects. */
export async function startServing(
  first: LiveWorld,
  open: (table: AnswerTable) => Promise<Service>,
  options: ServingOptions,
): Promise<{ serving: Serving; service: Service }> {
  const { clock, log, knowledge, watch } = options;
  let live = first;
  let roster = makeRoster(first.world);
  let published: readonly Availability[] = [];
  /** The pools in panic, by `poolKey`. */
  let panicking: ReadonlySet<string> = new Set();
  let generation = 0;
  let dirty = false;
  let cancelStep = (): void => undefined;
  let queue: Promise<void> = Promise.resolve();
  /** Resolves when all is drawn that was asked of the world served. */
  let drawn: Promise<unknown> = Promise.resolve();

  /** Deals every pool of a world as it stands now. */
  const dealAll = async (
    world: LiveWorld,
    next: Roster,
  ): Promise<{ table: AnswerTable; availability: Availability[] }> => {
    const availability = poolAvailability(next, knowledge(), clock.steady());
    const pools: PoolTable[] = [];
    const { drawn } = world.deal(changedPools([], availability), (changes) => {
      for (const { number, pool } of changes) pools[number] = pool;
    });
    await drawn;
    return { table: { generation: generation + 1, ...world.world.names, pools }, availability };
  };

  const service = await openFirst();

  async function openFirst(): Promise<Service> {
    let opened: Service | undefined;
    try {
      watch(roster);
      const { table, availability } = await dealAll(live, roster);
      opened = await open(table);
      generation = table.generation;
      published = availability;
      sayPanics();
      return opened;
    } catch (error) {
      await opened?.stop();
      await live.close();
      throw error;
    }
  }

  /** Says which pools came to be in panic and which no longer are, also where another world is served since. */
  function sayPanics(): void {
    const now = published.flatMap(({ panic }, number) => (panic ? [number] : []));
    options.onPanics(now, roster);
    const before = panicking;
    panicking = new Set(now.flatMap((number) => roster.world.pools[number] ?? []).map(poolKey));
    if (before.size + panicking.size === 0) return;
    for (const plan of roster.world.pools) {
      const key = poolKey(plan);
      if (panicking.has(key) === before.has(key)) continue;
      const fields = { zone: plan.zone, pool: plan.owner, family: plan.family };
      if (panicking.has(key)) {
        log.error(
          { event: 'panic', ...fields },
          `${plan.owner} (${plan.family}): too few mirrors are up to believe it; all enabled ones are answered until more are`,
        );
      } else
        log.info(
          { event: 'panic-over', ...fields },
          `${plan.owner} (${plan.family}): probes are believed again`,
        );
    }
  }

  async function catchUp(): Promise<void> {
    while (dirty) {
      dirty = false;
      const availability = poolAvailability(roster, knowledge(), clock.steady());
      const dealing = live.deal(changedPools(published, availability), (changes) =>
        service.publishPools(++generation, changes),
      );
      drawn = Promise.all([drawn, dealing.drawn]);
      // Whoever asked hears of a failure; the next one who asks of a world that died does so by asking.
      drawn.catch(() => undefined);
      await dealing.taken;
      published = availability;
      sayPanics();
    }
    awaitStep();
  }

  /** Whoever came back takes the next step when it is time, with no probe to say so. */
  function awaitStep(): void {
    cancelStep();
    const ms = nextStep(roster, knowledge(), clock.steady());
    cancelStep =
      ms === undefined ? () => undefined : clock.after(Math.min(ms, LONGEST_TIMER), () => void refresh());
  }

  function enqueue(work: () => Promise<void>): Promise<void> {
    const done = queue.then(work);
    // Whoever asked for it hears of a failure; the next one in the queue does not.
    queue = done.catch(() => undefined);
    return done;
  }

  async function refresh(): Promise<void> {
    dirty = true;
    try {
      await enqueue(catchUp);
      await drawn;
    } catch (error) {
      log.error(
        { event: 'dealer-died', error: describeError(error) },
        'drawing decks failed; the zones are compiled anew',
      );
      options.onDealerDeath();
    }
  }

  return {
    service,
    serving: {
      roster: () => roster,
      published: () => published,
      install: (next) =>
        enqueue(async () => {
          const nextRoster = makeRoster(next.world);
          watch(nextRoster);
          try {
            const { table, availability } = await dealAll(next, nextRoster);
            service.publish(table);
            generation = table.generation;
            const closing = live;
            live = next;
            roster = nextRoster;
            drawn = Promise.resolve();
            published = availability;
            sayPanics();
            await closing.close();
          } catch (error) {
            watch(roster);
            await next.close();
            throw error;
          }
          dirty = true;
          await catchUp();
        }),
      refresh,
      close: () => {
        cancelStep();
        return enqueue(() => live.close());
      },
    },
  };
}
