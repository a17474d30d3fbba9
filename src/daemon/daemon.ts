/**
 * The daemon, phase by phase. Each phase is a function of the results of earlier ones, and has its own stop. Later events
 * travel as signals (daemon/signals.ts).
 *
 *     state ─▶ world ─▶ health ─▶ serving ─▶ control ─▶ updater
 *     files    zones    verdicts  workers    operators  databases
 */

import { openBuilder } from '../compile/compiler.js';
import type { ReloadReport } from '../control/action-reports.js';
import { systemClock } from '../platform/clock.js';
import type { Log, ProgramLog } from '../platform/log.js';
import { systemRandom } from '../platform/random.js';
import { ownThreads } from '../platform/thread-priority.js';
import { VERSION } from '../platform/version.js';
import { formatEndpoint } from '../server/endpoint.js';
import { openState } from '../state/state-directory.js';
import { type Manager, NO_MANAGER } from '../systemd/manager.js';
import { openAnswering } from './answering.js';
import { openChallenges } from './challenge-keeper.js';
import { startControlling } from './controlling.js';
import { openFetching, tidyDatabases } from './fetched-databases.js';
import { openFleet } from './fleet-service.js';
import { openHealthService } from './health-service.js';
import type { Reconfigurable } from './reconfiguring.js';
import { startReloading } from './reloading.js';
import { openServiceNotifier } from './service-notifier.js';
import { startServing } from './serving.js';
import type { DaemonSettings } from './settings.js';
import { keepWorldShares } from './share-keeper.js';
import { openSignals } from './signals.js';
import { openSignedZones } from './signed-zones.js';
import { keysIn } from './signing.js';
import { openWorldSource } from './source-world.js';
import { createStops } from './stops.js';
import { takeOver } from './takeover.js';
import { openTls } from './tls-keeper.js';
import { followListen, openWorkers } from './workers.js';
import { createWorldShares } from './world-shares.js';

export interface Daemon {
  /** Reads settings, zones and databases again; what is wrong keeps its last good state. Never rejects. */
  reload(): Promise<ReloadReport>;
  /** Stops listening, finishes work in progress, and writes what must be kept. */
  stop(): Promise<void>;
}

/** Milliseconds that a failed start may take to undo what it did, before it reports why it failed. */
const UNDO_WITHIN = 1000;

/**
 * Starts serving. If it can't, rejects, mostly with a GeopoolError, and leaves nothing running. `readSettings` reads the
 * settings again, or throws a GeopoolError if they are wrong.
 */
export async function startDaemon(
  settings: DaemonSettings,
  log: Log & Pick<ProgramLog, 'dropped'>,
  readSettings = (): DaemonSettings => settings,
  manager: Manager = NO_MANAGER,
  succeeding = takeOver(manager, systemClock, log),
  builder = openBuilder(),
): Promise<Daemon> {
  const tools = { clock: systemClock, random: systemRandom(), log, signals: openSignals() };
  const { clock, signals } = tools;
  const started = clock.steady();
  const stops = createStops(log);
  // Stops last: it answers until everything else is done.
  const takeover = stops.keep(await succeeding);
  stops.keep(builder);
  try {
    await takeover.begin(settings);
    /** Node's own threads, and those that answer or will: their priority stays as it is. */
    const helpers = ownThreads().filter((thread) => thread !== process.pid);
    const state = await openState({ directory: settings.state, clock, log });
    stops.keep({ stop: () => state.close() });
    const challenges = stops.keep(
      await openChallenges({ files: state, clock, log, onCompiled: () => signals.emit('sourcesChanged') }),
    );
    const signedZones = stops.keep(await openSignedZones(state, clock, log));
    const answering = stops.keep(
      openAnswering(settings.answering, { ...tools, challenges: challenges.served }),
    );
    const tls = stops.keep(openTls(settings.tls, tools));
    const fleet = settings.fleet && stops.keep(await openFleet(settings.fleet, { ...tools, files: state }));
    await tidyDatabases(settings, state.below('geo'), log);

    const source = stops.keep(
      await openWorldSource(settings, state, { ...tools, challenges: challenges.list }),
    );

    const { resolver, resolveOwn } = source;
    const { notify } = settings;
    const shares = createWorldShares();
    const health = await openHealthService({
      ...{ ...tools, files: state, notify, shares, resolver, resolveOwn },
      ...(fleet?.joint !== undefined && { joint: fleet.joint }),
    });
    stops.keep({ stop: () => health.close() });

    const first = await source.first(builder);
    challenges.followSigned(keysIn(first.world).keys());
    const { serving, service } = await startServing(
      first,
      (table) => openWorkers(settings, answering.policy(), tls.terms(), table, helpers, takeover),
      {
        ...tools,
        snapshot: health.snapshot,
        watch: health.setTargets,
        onPanics: (panics, { world }) => health.setPanics(panics, world),
      },
    );
    stops.keep({ stop: () => serving.close() });
    signals.on('verdictsChanged', serving.verdictsChanged);
    signals.on('certificateChanged', () => {
      const terms = tls.terms();
      if (terms !== undefined) service.secure(terms);
    });
    // Verdicts may have turned while the workers were started.
    serving.refresh();

    const sharing = stops.keep(
      keepWorldShares({ ...tools, serving, shares, weights: settings.worldWeights }),
    );
    const { isStopping } = stops;
    const reloading = stops.keep(
      startReloading({
        ...{ ...tools, answering, challenges, signedZones, tls, state, source, serving, service, isStopping },
      }),
    );
    const notifier = openServiceNotifier({ manager, clock, log, serving, service });
    const fetching = await openFetching({
      ...{ ...tools, settings, files: state.below('geo'), reload: reloading.reload },
      sources: () => serving.index().world.sources,
      held: source.gate.held,
    });
    const phases: readonly Reconfigurable[] = [
      {
        prepare(next) {
          const change = answering.prepare(next.answering);
          return () => {
            change();
            service.govern(answering.policy());
          };
        },
      },
      { prepare: (next) => () => source.follow(next) },
      { prepare: (next) => () => health.followNotify(next.notify) },
      { prepare: (next) => () => sharing.follow(next.worldWeights) },
      { prepare: (next) => () => fetching.follow(next) },
      // Prepared last, since it opens sockets that a fault found later would have to close again.
      followListen(tls, takeover, service),
    ];
    const { reload } = stops.keep(
      await startControlling({
        ...{
          ...tools,
          settings,
          readSettings,
          phases,
          started,
          state,
          source,
          health,
          serving,
          service,
          challenges,
          fleet,
          signedZones,
          tls,
        },
        ...{ reloading, announced: notifier.reloading, updater: fetching.updater },
      }),
    );

    await stops.keep(fetching).start();
    notifier.ready();
    stops.keep({ stop: () => takeover.leave() });
    stops.keep(notifier);
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
