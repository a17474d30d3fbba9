/**
 * The daemon, phase by phase. Each is a function of what those before it gave, and stops by itself; what happens later
 * travels by signals (daemon/signals.ts).
 *
 *     state ─▶ world ─▶ health ─▶ serving ─▶ control ─▶ updater
 *     files    zones    verdicts  workers    operators  databases
 */
import { systemClock } from './clock.js';
import type { ReloadReport } from './control/action-reports.js';
import { announce } from './daemon/announcing.js';
import { openAnswering } from './daemon/answering.js';
import { startControlling } from './daemon/controlling.js';
import { openFetching, tidyDatabases } from './daemon/fetched-databases.js';
import { openJudging } from './daemon/judging.js';
import { startReloading } from './daemon/reloading.js';
import { startServing } from './daemon/serving.js';
import type { DaemonSettings } from './daemon/settings.js';
import { openSignals } from './daemon/signals.js';
import { openWorldSource } from './daemon/source-world.js';
import { createStops } from './daemon/stops.js';
import { succeed } from './daemon/succession.js';
import { openWorkers } from './daemon/workers.js';
import type { Log, ProgramLog } from './log.js';
import { formatEndpoint } from './net/endpoint.js';
import { systemRandom } from './random.js';
import { openState } from './state/state-directory.js';
import { type Manager, NO_MANAGER } from './systemd/manager.js';
import { ownThreads } from './thread-priority.js';
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
  succeeding = succeed(manager, systemClock, log),
): Promise<Daemon> {
  const tools = { clock: systemClock, random: systemRandom(), log, signals: openSignals() };
  const { clock, signals } = tools;
  const started = clock.steady();
  const stops = createStops(log);
  // The last to stop: it answers until all else is done.
  const succession = stops.keep(await succeeding);
  /** Node's own, and those that answer already: they stay as they are. */
  const helpers = ownThreads().filter((thread) => thread !== process.pid);
  try {
    const answering = stops.keep(openAnswering(settings.answering, tools));
    const state = await openState({ directory: settings.state, clock, log });
    stops.keep({ stop: () => state.close() });
    await tidyDatabases(settings, state.below('geo'), log);

    const source = stops.keep(await openWorldSource(settings, state, tools));

    const { resolver, resolveOwn } = source;
    const { notify } = settings;
    const judging = await openJudging({ ...tools, files: state, notify, resolver, resolveOwn });
    stops.keep({ stop: () => judging.close() });

    const { serving, service } = await startServing(
      await source.first(),
      (table) => openWorkers(settings, answering.policy, table, helpers, succession),
      {
        ...tools,
        knowledge: judging.knowledge,
        watch: judging.watch,
        onPanics: (panics, { world }) => judging.panics(panics, world),
      },
    );
    stops.keep({ stop: () => serving.close() });
    signals.on('turned', serving.turned);
    // What turned while the workers were started.
    serving.refresh();

    const { isStopping } = stops;
    const reloading = stops.keep(
      startReloading({ ...tools, answering, state, source, serving, service, isStopping }),
    );
    const announcing = announce({ manager, clock, log, serving, service });
    const reload = announcing.reloading(reloading.reload);
    const fetching = await openFetching({
      ...{ ...tools, settings, files: state.below('geo'), reload: reloading.reload },
      sources: () => serving.roster().world.sources,
    });
    const { updater } = fetching;
    stops.keep(
      await startControlling({
        ...{ ...tools, settings, started, state, source, judging, serving, service },
        ...{ reloading, reload, updater },
      }),
    );

    await stops.keep(fetching).start();
    announcing.ready();
    stops.keep({ stop: () => succession.leave() });
    stops.keep(announcing);
    const listen = service.endpoints.map(formatEndpoint);
    const { transport } = service;
    log.info(
      { event: 'ready', listen, transport, control: settings.control, version: VERSION },
      `answering on ${listen.join(', ')}`,
    );
    return { reload, stop: stops.stop };
  } catch (error) {
    await stops.stopWithin(UNDO_WITHIN);
    throw error;
  }
}
