/**
 * All that judges mirrors, brought together: probes and their verdicts, what operators say over them, the doubt in our
 * own network, and the memory of it all. The daemon tells it which world is served, and hears when something turned.
 */
import type { Clock } from '../clock.js';
import type { World } from '../compile/world.js';
import { createCanaryRun } from '../health/canary-run.js';
import type { HistoryFile } from '../health/history-file.js';
import { openHistory } from '../health/history-file.js';
import { createMonitor } from '../health/monitor.js';
import { movedWatched } from '../health/moved.js';
import { createOverrides, type Overrides } from '../health/overrides.js';
import { OVERRIDES } from '../health/overrides-file.js';
import { excusingOwnRoute } from '../health/own-route.js';
import type { ProbeRun } from '../health/probe.js';
import { createProbeRun } from '../health/probe-run.js';
import { lookUpBy, type Resolve, type Resolver } from '../health/resolve.js';
import { createSelfDoubt } from '../health/self-doubt.js';
import { storableVerdicts } from '../health/stored-verdict.js';
import { keepVerdicts, readVerdicts } from '../health/verdicts-file.js';
import type { Watched } from '../health/watched.js';
import type { Log } from '../log.js';
import { createNotifier, type NotifySettings } from '../notify/notifier.js';
import type { OutboxStatus } from '../notify/outbox.js';
import type { Random } from '../random.js';
import type { StateFiles } from '../state/state-files.js';
import { DAY_MS } from '../time.js';
import { VERSION } from '../version.js';
import { keepNotices, readNotices } from './notices-file.js';
import { createRemembering } from './remembering.js';
import { type Knowledge, type Roster, statedOverrides } from './roster.js';
import type { Signals } from './signals.js';
import { createTelling } from './telling.js';

export interface Judging {
  /** Asks an address once, as probes do. */
  readonly run: ProbeRun;
  readonly overrides: Overrides;
  /** The overrides may be others than before: what is new goes into the memory. */
  overridden(): void;
  /** Resolves once the overrides are durable; rejects with STATE_UNUSABLE where they can't be. */
  saveOverrides(): Promise<void>;
  readonly memory: HistoryFile;
  /** By the steady clock. */
  knowledge(): Knowledge;
  /** For people: by the wall clock. */
  shown(): Knowledge;
  /** From now on this is served: its addresses are probed, and its files' overrides hold. */
  watch(roster: Roster): void;
  /** The wall clock was set: files' overrides hold by it, and verdicts are kept with the times that it has for them. */
  clockSet(): void;
  /** The pools of a world, by number, that are in panic now. */
  panics(numbers: readonly number[], world: World): void;
  /** Falls that were not believed so far. */
  withheld(): number;
  notifications(): readonly OutboxStatus[];
  /** Ends all probing and writes what is to be kept. */
  close(): Promise<void>;
}

export interface JudgingOptions {
  /** Of the state directory. */
  readonly files: StateFiles;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly notify: NotifySettings;
  /** For the names that redirects lead to. */
  readonly resolver: Resolver;
  /** For canaries and the webhook. */
  readonly resolveOwn: Resolve;
  readonly signals: Pick<Signals, 'emit'>;
}

/** TTLs follow the probes after this at the latest. */
const DOUBT_MS = 500;

export async function openJudging(options: JudgingOptions): Promise<Judging> {
  const { files, clock, random, log, signals } = options;
  const memory = await openHistory({ files, clock, log });
  const remembering = createRemembering(memory.record, clock.now, memory.history.overrideOf);
  const overrides = createOverrides(await files.read(OVERRIDES));
  let panicking: readonly { zone: string; owner: string; family: 'ipv4' | 'ipv6' }[] = [];
  let withheld = 0;
  const untold = await readNotices(files);
  const notices = keepNotices(files, () => notifier.untold());
  const notifier = createNotifier({
    settings: options.notify,
    version: VERSION,
    clock,
    log,
    keeping: notices,
    lookUp: lookUpBy(options.resolveOwn),
    untold,
  });
  const telling = createTelling(notifier.tell, clock.now);
  const remember = (): void => {
    const frozen = network.frozen();
    remembering.doubted([...panicking, ...frozen]);
    telling.panics(panicking);
    telling.frozen(frozen);
  };
  const network = createSelfDoubt({
    clock,
    log,
    run: createCanaryRun(clock, VERSION, options.resolveOwn),
    onFrozen: remember,
  });

  let served: World | undefined;
  const state = (): void => {
    if (served !== undefined) overrides.state(statedOverrides(served, clock.now()), clock.now());
  };
  let cancelDaily = clock.after(DAY_MS, daily);
  function daily(): void {
    telling.databases(served?.geo ?? []);
    cancelDaily = clock.after(DAY_MS, daily);
  }

  // TTLs follow doubt, and doubt comes in bursts.
  let timed = false;
  let cancelDoubt: (() => void) | undefined;
  const doubted = new Set<string>();
  function onDoubt(keys: readonly string[]): void {
    if (!timed) return;
    for (const key of keys) doubted.add(key);
    cancelDoubt ??= clock.after(DOUBT_MS, () => {
      cancelDoubt = undefined;
      signals.emit('turned', [...doubted]);
      doubted.clear();
    });
  }

  const run = excusingOwnRoute(createProbeRun({ clock, version: VERSION, resolver: options.resolver }));
  const believed = (yes: boolean): boolean => {
    if (!yes) withheld++;
    return yes;
  };
  const monitor = createMonitor({
    clock,
    random,
    log,
    run,
    recall: await readVerdicts(files),
    believes: (check, since) => {
      const answer = network.believes(check, since);
      return answer === true ? true : answer.then(believed);
    },
    onFailure: (check) => network.failed(check),
    onChange: (changes) => {
      signals.emit(
        'turned',
        changes.map(({ key }) => key),
      );
      remembering.turned(changes);
      telling.turned(changes);
    },
    onCheck: () => verdicts.mark(),
    onDoubt,
  });
  const verdicts = keepVerdicts(files, clock, () => storableVerdicts(monitor.checks(), clock.wallOf(0)));
  const said = files.keep(OVERRIDES, () => overrides.list());

  function shown(key: string): Watched | undefined {
    const watched = monitor.standing(key);
    return watched && movedWatched(watched, clock.wallOf(0));
  }

  function overridden(): void {
    remembering.overridden(monitor.standings(), overrides);
  }

  return {
    run,
    overrides,
    overridden,
    saveOverrides: said.flush,
    memory,
    knowledge: () => ({ standings: { get: monitor.standing }, overrides, network }),
    shown: () => ({ standings: { get: shown }, overrides, network }),

    watch({ targets, world }) {
      telling.databases(world.geo);
      telling.zones(world);
      served = world;
      state();
      signals.emit('stated');
      network.setPools(
        world.zones.flatMap(({ zone }) =>
          zone.pools.map(({ owner, canaries }) => ({ zone: zone.name, owner, canaries })),
        ),
      );
      timed = world.pools.some(({ ttl, ttlMin }) => ttlMin < ttl);
      monitor.setTargets(targets);
      remembering.follow(monitor.standings());
      overridden();
    },

    clockSet() {
      state();
      verdicts.mark();
      memory.record({ type: 'alive' });
    },

    panics(numbers, world) {
      panicking = numbers.flatMap((number) => world.pools[number] ?? []);
      remember();
    },

    notifications: () => notifier.status(),
    withheld: () => withheld,

    async close() {
      cancelDoubt?.();
      cancelDaily();
      await notifier.close();
      await notices.close();
      network.close();
      monitor.close();
      await Promise.all([verdicts.close(), said.close()]);
      await memory.close();
    },
  };
}
