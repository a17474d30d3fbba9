/**
 * The daemon: wires the rooms together and owns what happens when. It starts, reloads and stops; what is decided and how
 * it is done is in the rooms.
 *
 *     files ─▶ world (threads) ─▶ serving ─▶ workers that answer
 *     monitor, overrides ───────────▲
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemClock, watchWallClock } from './clock.js';
import { openWorld } from './compile/compiler.js';
import type { World, WorldRequest } from './compile/world.js';
import type { ReloadReport } from './control/action-reports.js';
import { createLine } from './control/line.js';
import { announce } from './daemon/announcing.js';
import { openAnswering } from './daemon/answering.js';
import { keepControl } from './daemon/control-socket.js';
import { watchDatabases } from './daemon/database-watch.js';
import { databasePaths, geoRequest, startFetching } from './daemon/fetched-databases.js';
import { namesIn, openFirstWorld } from './daemon/first-world.js';
import { createHandlers } from './daemon/handling.js';
import { followHostnames } from './daemon/hostnames.js';
import { readHostnames } from './daemon/hostnames-file.js';
import { openHttp } from './daemon/http.js';
import { openJudging } from './daemon/judging.js';
import { keepLastGood } from './daemon/last-good-databases.js';
import { keepOverrides } from './daemon/override-keeper.js';
import { type Serving, startServing } from './daemon/serving.js';
import type { DaemonSettings } from './daemon/settings.js';
import { reportReload } from './daemon/status.js';
import { logWorld } from './daemon/world-log.js';
import { describeError, GeopoolError } from './errors.js';
import { createResolver, lookUpBy } from './health/resolve.js';
import type { Log, ProgramLog } from './log.js';
import { formatEndpoint } from './net/endpoint.js';
import { openService } from './net/service.js';
import { oneAtATime } from './one-at-a-time.js';
import { systemRandom } from './random.js';
import { openState } from './state/state-directory.js';
import { type Manager, NO_MANAGER } from './systemd/manager.js';
import { BEHIND, NICEST, ownThreads, standBack } from './thread-priority.js';
import { VERSION } from './version.js';

export interface Daemon {
  /** Reads zones and databases anew; what is wrong keeps its last good state. Never rejects. */
  reload(): Promise<ReloadReport>;
  /** Stops listening, finishes what is under way, writes what is to be kept. */
  stop(): Promise<void>;
}

/** Milliseconds that a start that failed may take to undo what it did, before it says why. */
const UNDO_WITHIN = 1000;

/** Starts serving. Rejects where it can't, mostly with a GeopoolError; nothing is left running then. */
export async function startDaemon(
  settings: DaemonSettings,
  log: Log & Pick<ProgramLog, 'dropped'>,
  manager: Manager = NO_MANAGER,
): Promise<Daemon> {
  const clock = systemClock;
  const random = systemRandom();
  const helpers = ownThreads().filter((thread) => thread !== process.pid);
  const started = clock.steady();
  const geo = geoRequest(settings);
  /** What to undo where the start fails, and at the end: the last first. */
  const undo: (() => Promise<void> | void)[] = [];
  let stopped = false;
  const stop = async (): Promise<void> => {
    stopped = true;
    for (const step of undo.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        // What else there is to undo must not stay open for it.
        log.error({ event: 'stop-failed', error: describeError(error) }, `ending: ${describeError(error)}`);
      }
    }
  };
  try {
    const answering = openAnswering(settings.answering, { clock, random, log });
    undo.push(() => answering.stop());
    const state = await openState({ directory: settings.state, clock, log });
    undo.push(() => state.close());

    const fetching = await startFetching(settings, state.below('geo'), { clock, random, log });
    undo.push(() => fetching.stop());

    const resolver = createResolver(settings.resolve);
    // What is no mirror's is looked up as other programs of this host would.
    const { resolve: resolveOwn } = createResolver({ search: true });
    let hostsMoved = false;
    let hostsChanged = (): void => {
      hostsMoved = true;
    };
    const hostnames = followHostnames({
      clock,
      log,
      resolve: resolver.resolve,
      interval: settings.resolve.interval,
      files: state,
      stored: await readHostnames(state),
      onChange: () => hostsChanged(),
    });
    undo.push(() => hostnames.close());
    const request = (): WorldRequest => {
      hostsMoved = false;
      return {
        zones: settings.zones,
        keep: join(settings.state, 'zones'),
        maps: join(settings.state, 'maps'),
        geo,
        hosts: hostnames.known(),
      };
    };
    let publishVerdicts = (_keys: readonly string[]): void => undefined;
    let restated = (): void => undefined;
    const judging = await openJudging({
      files: state,
      notify: settings.notify,
      resolver,
      resolveOwn,
      clock,
      random,
      log,
      onChange: (keys) => publishVerdicts(keys),
      onStated: () => restated(),
    });
    undo.push(() => judging.close());

    const first = await openFirstWorld(request, hostnames, clock);
    const { serving, service } = await startServing(
      first,
      async (table) => {
        // A thread begins as nice as the one that starts it: those that answer first, then the rest stands back for good.
        const others = ownThreads().filter((thread) => !helpers.includes(thread));
        const service = await openService({
          listen: settings.listen,
          workers: settings.workers,
          tcp: settings.tcp,
          policy: answering.policy,
          table,
          clock,
          log,
        });
        standBack(BEHIND, others);
        return service;
      },
      {
        clock,
        log,
        knowledge: judging.knowledge,
        watch: judging.watch,
        onPanics: (panics, { world }) => judging.panics(panics, world),
      },
    );
    undo.push(
      () => serving.close(),
      () => service.stop(),
    );
    publishVerdicts = (keys) => serving.turned(keys);
    // What turned while the service was being opened.
    serving.refresh();
    const say = (world: World): void => {
      state.note('zones', world.keepProblem);
      logWorld(world, service.generation(), log);
    };
    say(first.world);

    const lastGood = keepLastGood({
      files: state.below('last-good'),
      clock,
      log,
      onEnd: () => void reload(),
    });
    undo.push(() => lastGood.stop());
    void lastGood.follow(first.world.sources);

    let reloadError: string | undefined;
    const databaseWatch = watchDatabases(
      () => databasePaths(geo),
      clock,
      () => {
        log.info({ event: 'database-changed' }, 'a location database was replaced; reading it');
        void reload();
      },
    );
    undo.push(() => databaseWatch.stop());
    const reloadOnce = async (): Promise<ReloadReport> => {
      databaseWatch.acknowledge();
      const wrong = answering.reload();
      try {
        const known = serving.roster().world.sources;
        const next = await openWorld(
          { ...request(), geo: { ...geo, known }, remember: servedFiles(serving) },
          NICEST,
          serving.spare(),
        );
        // A server that is told to stop meanwhile has nothing to install it in.
        if (stopped) return reportReload(serving, service, 'the server is ending', true);
        serving.install(next);
        void lastGood.follow(serving.roster().world.sources);
        hostnames.follow(namesIn(serving.roster().world));
        reloadError = wrong.length === 0 ? undefined : wrong.join('; ');
        say(serving.roster().world);
      } catch (error) {
        const details = error instanceof GeopoolError ? error.details : [];
        reloadError = [describeError(error), ...details].join('; ');
        log.error({ event: 'reload-failed', error: reloadError }, `nothing was reloaded: ${reloadError}`);
        return reportReload(serving, service, reloadError, true);
      }
      return reportReload(serving, service, reloadError);
    };
    const reload = oneAtATime(reloadOnce);
    fetching.serveBy(serving, reload);
    hostsChanged = () => void reload();
    // Copies of zones and maps are among what is gone.
    state.follow(() => void reload());
    if (hostsMoved) hostsChanged();

    const keeper = keepOverrides({
      overrides: judging.overrides,
      clock,
      log,
      zones: () => serving.roster().world.zones.map(({ zone }) => zone),
      save: judging.saveOverrides,
      publish: (mirrors) => {
        // The answers first: the history goes through all mirrors, while nobody is sent to a dead one any more.
        serving.overridden(mirrors);
        judging.overridden();
      },
    });
    undo.push(() => keeper.stop());
    restated = () => keeper.restated();
    undo.push(
      watchWallClock(clock, (ms) => {
        log.warn({ event: 'clock-set', ms }, `the clock of this host was set by ${Math.round(ms / 1000)} s`);
        // What has ended is said before the files say what holds.
        keeper.restated();
        judging.clockSet();
        keeper.clockSet();
        serving.refresh();
      }),
    );

    const announcing = announce({ manager, clock, log, serving, service });
    const reloadAsked = announcing.reloading(reload);
    const parts = {
      clock,
      started,
      log,
      serving,
      service,
      state,
      judging,
      keeper,
      hostnames,
      notify: settings.notify,
      lookUp: lookUpBy(resolveOwn),
      lastGood,
      explaining: createLine(1, 16),
      updater: fetching.updater,
      reload: reloadAsked,
      reloadError: () => reloadError,
    };
    const http = openHttp(settings.http, parts, { clock, log });
    undo.push(() => http.close());
    const handlers = createHandlers({ ...parts, http: http.report });
    const control = await keepControl(settings.control, handlers, { clock, log });
    undo.push(() => control.close());

    announcing.ready();
    undo.push(() => announcing.stop());
    const listen = service.endpoints.map(formatEndpoint);
    const { transport } = service;
    log.info(
      { event: 'ready', listen, transport, control: settings.control, version: VERSION },
      `answering on ${listen.join(', ')}`,
    );
    return { reload: reloadAsked, stop };
  } catch (error) {
    // A timer that keeps the process alive: whatever hangs, the reason is said.
    const patience = new AbortController();
    const late = setTimeout(UNDO_WITHIN, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([stop(), late]);
    patience.abort();
    throw error;
  }
}

function servedFiles(serving: Serving): NonNullable<WorldRequest['remember']> {
  return serving.roster().world.zones.map(({ file, text }) => ({ file, text }));
}
