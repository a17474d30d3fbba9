/**
 * The daemon: wires the rooms together and owns what happens when. It starts, reloads and stops; what is decided and how
 * it is done is in the rooms.
 *
 *     files ─▶ world (threads) ─▶ serving ─▶ workers that answer
 *     monitor, overrides ───────────▲
 */
import { join } from 'node:path';
import { type Clock, systemClock } from './clock.js';
import { type LiveWorld, openWorld } from './compile/compiler.js';
import type { Explanation } from './compile/explain.js';
import type { GeoRequest, World, WorldRequest } from './compile/world.js';
import type { ReloadReport } from './control/action-reports.js';
import type { Handlers } from './control/handlers.js';
import { type ControlServer, openControl } from './control/server.js';
import { openAnswering } from './daemon/answering.js';
import { watchDatabases } from './daemon/database-watch.js';
import { explainJob } from './daemon/explaining.js';
import { groupId } from './daemon/group.js';
import { reportHistory } from './daemon/history-report.js';
import { followHostnames, type Hostnames } from './daemon/hostnames.js';
import { readHostnames } from './daemon/hostnames-file.js';
import { openJudging } from './daemon/judging.js';
import { oneAtATime } from './daemon/one-at-a-time.js';
import { keepOverrides } from './daemon/override-keeper.js';
import { probeNow } from './daemon/probe-now.js';
import { type Serving, startServing } from './daemon/serving.js';
import type { DaemonSettings } from './daemon/settings.js';
import { openState } from './daemon/state-directory.js';
import { reportReload, reportStatus } from './daemon/status.js';
import { logWorld } from './daemon/world-log.js';
import { describeError, GeopoolError } from './errors.js';
import { readJournal } from './health/read-journal.js';
import { createResolver } from './health/resolve.js';
import { runInThread } from './in-thread.js';
import type { Log } from './log.js';
import { formatEndpoint } from './net/endpoint.js';
import { openService } from './net/service.js';
import { testChannels } from './notify/notifier.js';
import { type Random, systemRandom } from './random.js';
import { BEHIND, FAR_BEHIND, NICEST, ownThreads, standBack } from './thread-priority.js';
import type { Updater } from './update/updater.js';
import { VERSION } from './version.js';
import { formatFault } from './zone/faults.js';
import { hostnamesOf } from './zone/hostnames.js';

const EXPLAINER = new URL('./compile/explain-worker.js', import.meta.url);
/** The group whose members may use the control socket. */
const GROUP = 'geopool';
/** How long a start waits for names of mirrors that nobody knew. */
const NAMES_WITHIN_MS = 5000;

export interface Daemon {
  /** Reads zones and databases anew; what is wrong keeps its last good state. Never rejects. */
  reload(): Promise<ReloadReport>;
  /** Stops listening, finishes what is under way, writes what is to be kept. */
  stop(): Promise<void>;
}

/** Starts serving. Rejects with a GeopoolError where it can't; nothing is left running then. */
export async function startDaemon(settings: DaemonSettings, log: Log): Promise<Daemon> {
  const clock = systemClock;
  const random = systemRandom();
  const helpers = ownThreads().filter((thread) => thread !== process.pid);
  const started = clock.now();
  const databases = join(settings.state, 'geo');
  const geo: GeoRequest = { ...settings.geo, directory: databases };
  /** What to undo where the start fails, and at the end: the last first. */
  const undo: (() => Promise<void> | void)[] = [];
  let stopped = false;
  const stop = async (): Promise<void> => {
    stopped = true;
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const answering = openAnswering(settings.answering, { clock, random, log });
    undo.push(() => answering.stop());
    undo.push(await openState(settings.state, log));
    const stored = await readJournal(settings.state, log);

    // It tidies up what a killed process left of the databases, so it comes before they are opened.
    let announce: (serving: Serving) => void = () => undefined;
    const up = new Promise<Serving>((resolve) => {
      announce = resolve;
    });
    const updater = await openUpdaterIfConfigured(settings, databases, { clock, random, log }, async (path) =>
      serveDatabase(await up, path, reload),
    );
    await updater?.start();
    if (updater !== undefined) undo.push(() => updater.stop());

    const resolve = createResolver(settings.resolve);
    let hostsMoved = false;
    let hostsChanged = (): void => {
      hostsMoved = true;
    };
    const hostnames = followHostnames({
      clock,
      log,
      resolve,
      interval: settings.resolve.interval,
      directory: settings.state,
      stored: await readHostnames(settings.state, log),
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
    const first = await openFirst(request, hostnames, clock);
    if (first.world.refused.length > 0) {
      await first.close();
      const details = first.world.refused.flatMap(({ faults }) => faults.map(formatFault));
      throw new GeopoolError(
        'ZONE_INVALID',
        'zone files are wrong, and there is no good copy of them to serve',
        {
          details,
        },
      );
    }

    let publishVerdicts = (): void => undefined;
    let restated = (): void => undefined;
    const judging = await openJudging({
      directory: settings.state,
      notify: settings.notify,
      resolve,
      clock,
      random,
      log,
      stored,
      onChange: () => publishVerdicts(),
      onStated: () => restated(),
    });
    undo.push(() => judging.close());
    const { knowledge } = judging;

    const { serving, service } = await startServing(
      first,
      async (table) => {
        // A thread begins as nice as the one that starts it: those that answer first, then the rest stands back for good.
        const others = ownThreads();
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
        standBack(FAR_BEHIND, helpers);
        return service;
      },
      {
        clock,
        log,
        knowledge,
        watch: judging.watch,
        onPanics: (panics, { world }) => judging.panics(panics, world),
        onDealerDeath: () => void reload(),
      },
    );
    undo.push(
      () => serving.close(),
      () => service.stop(),
    );
    publishVerdicts = () => void serving.refresh();
    // What turned while the service was being opened.
    publishVerdicts();
    logWorld(first.world, service.generation(), log);

    let reloadError: string | undefined;
    const databaseWatch = watchDatabases(databasePaths(geo), clock, () => {
      log.info({ event: 'database-changed' }, 'a location database was replaced; reading it');
      void reload();
    });
    undo.push(() => databaseWatch.stop());
    const reloadOnce = async (): Promise<ReloadReport> => {
      databaseWatch.acknowledge();
      const wrong = answering.reload();
      try {
        const next = await openWorld({ ...request(), remember: servedFiles(serving) }, NICEST);
        // A server that is told to stop meanwhile has nothing to install it in.
        if (stopped) await next.close();
        else await serving.install(next);
        hostnames.follow(namesIn(serving.roster().world));
        reloadError = wrong.length === 0 ? undefined : wrong.join('; ');
        logWorld(serving.roster().world, service.generation(), log);
      } catch (error) {
        reloadError = describeError(error);
        log.error({ event: 'reload-failed', error: reloadError }, `nothing was reloaded: ${reloadError}`);
      }
      return reportReload(serving, service, reloadError);
    };
    const reload = oneAtATime(reloadOnce);
    announce(serving);
    hostsChanged = () => void reload();
    if (hostsMoved) hostsChanged();

    const keeper = keepOverrides({
      overrides: judging.overrides,
      clock,
      log,
      zones: () => serving.roster().world.zones.map(({ zone }) => zone),
      save: () => judging.journal.saveOverrides(),
      publish: async () => {
        const published = serving.refresh();
        // The answers first: the history goes through all mirrors, while nobody is sent to a dead one any more.
        await Promise.resolve();
        judging.overridden();
        await published;
      },
    });
    undo.push(() => keeper.stop());
    restated = () => keeper.restated();

    const handlers: Handlers = {
      status: () =>
        reportStatus({
          serving,
          service,
          knowledge: knowledge(),
          started,
          stateWriteFailures: judging.failures(),
          withheldFalls: judging.withheld(),
          updates: updater?.status() ?? [],
          notifications: judging.notifications(),
          reloadError,
          now: clock.now(),
          hostnames: hostnames.states(),
        }),
      history: async (mirror) => reportHistory(judging.memory.history, clock.now(), mirror),
      explain: (asked) =>
        runInThread<Explanation>(
          EXPLAINER,
          explainJob(
            asked,
            serving.roster(),
            serving.published(),
            knowledge(),
            (pool) => service.mapOf(pool),
            clock.now(),
          ),
        ),
      probe: (mirror) =>
        probeNow(
          serving.roster().world.zones.map(({ zone }) => zone),
          mirror,
          judging.run,
          clock.now,
        ),
      disable: (asked) => keeper.disable(asked),
      enable: (asked) => keeper.enable(asked),
      reload,
      geoInfo: () => serving.roster().world.geo,
      notifyTest: async () => ({ channels: await testChannels(settings.notify, VERSION, clock.now()) }),
      geoUpdate: async () => ({ editions: await configured(updater).updateNow() }),
    };
    const control = await openControlIfPossible(settings.control, handlers, log);
    if (control !== undefined) undo.push(() => control.close());

    const listen = service.endpoints.map(formatEndpoint);
    const { transport } = service;
    log.info(
      { event: 'ready', listen, transport, control: settings.control, version: VERSION },
      `answering on ${listen.join(', ')}`,
    );
    return { reload, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The first world. Names that nobody knew are asked for before anything is served, as far as servers answer in time: else
 * the first answers would be without those mirrors.
 */
async function openFirst(
  request: () => WorldRequest,
  hostnames: Hostnames,
  clock: Clock,
): Promise<LiveWorld> {
  const first = await openWorld(request());
  const names = namesIn(first.world);
  if (names.length === 0) return first;
  hostnames.follow(names);
  const known = hostnames.known();
  if (names.every((name) => (known.get(name) ?? []).length > 0)) return first;
  await Promise.race([
    hostnames.settled(),
    new Promise<void>((resolve) => clock.after(NAMES_WITHIN_MS, resolve)),
  ]);
  await first.close();
  return openWorld(request());
}

function namesIn({ zones }: World): string[] {
  return hostnamesOf(zones.map(({ zone }) => zone));
}

function servedFiles(serving: Serving): NonNullable<WorldRequest['remember']> {
  return serving.roster().world.zones.map(({ file, text }) => ({ file, text }));
}

/** What the updater needs is loaded only where there is one. */
async function openUpdaterIfConfigured(
  { geo }: DaemonSettings,
  directory: string,
  tools: { readonly clock: Clock; readonly random: Random; readonly log: Log },
  serve: (path: string) => Promise<void>,
): Promise<Updater | undefined> {
  if (geo.update === undefined) return undefined;
  const { openUpdater } = await import('./daemon/updating.js');
  return openUpdater({ update: geo.update, directory, ...tools, serve: (_edition, path) => serve(path) });
}

/** Resolves when the database that was put at `path` serves; rejects with DATABASE_INVALID where it does not. */
async function serveDatabase(
  serving: Serving,
  path: string,
  reload: () => Promise<ReloadReport>,
): Promise<void> {
  const { faults } = await reload();
  const { sources } = serving.roster().world;
  if ([sources.location.path, sources.asn?.path].includes(path)) return;
  // One that is configured, or a better one, may come before it: then it is there for when it is wanted.
  const problem = sources.problems.find((text) => text.includes(path));
  if (problem !== undefined) throw new GeopoolError('DATABASE_INVALID', problem, { details: faults });
}

function configured(updater: Updater | undefined): Updater {
  if (updater !== undefined) return updater;
  throw new GeopoolError(
    'REQUEST_REFUSED',
    'no account is configured: set geo.update in the config file, or GEOIPUPDATE_ACCOUNT_ID and GEOIPUPDATE_LICENSE_KEY',
  );
}

/** A server that can't be asked serves all the same; but two servers on one state directory would destroy each other's. */
async function openControlIfPossible(
  path: string,
  handlers: Handlers,
  log: Log,
): Promise<ControlServer | undefined> {
  try {
    return await openControl(path, handlers, groupId(GROUP), log);
  } catch (error) {
    if (!(error instanceof GeopoolError) || error.code !== 'STATE_UNUSABLE') throw error;
    log.error(
      { event: 'control-unavailable', path, error: error.message },
      `no control socket: ${error.message}`,
    );
    return undefined;
  }
}

function databasePaths({ city, asn, directory }: GeoRequest): string[] {
  const editions = ['GeoLite2-City', 'GeoLite2-Country', 'GeoLite2-ASN'];
  const updated = editions.map((edition) => join(directory, `${edition}.mmdb`));
  return [city, asn, ...updated].filter((path) => path !== undefined);
}
