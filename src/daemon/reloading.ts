/**
 * Reading zones and databases anew while the server serves: when somebody asks for it, and when files, databases or
 * addresses have changed.
 */
import type { Clock } from '../clock.js';
import { openWorld } from '../compile/compiler.js';
import type { World } from '../compile/world.js';
import type { ReloadReport } from '../control/action-reports.js';
import { describeError, GeopoolError } from '../errors.js';
import type { Log } from '../log.js';
import type { Service } from '../net/service.js';
import { oneAtATime } from '../one-at-a-time.js';
import type { State } from '../state/state-directory.js';
import { NICEST } from '../thread-priority.js';
import type { Answering } from './answering.js';
import { watchDatabases } from './database-watch.js';
import { databasePaths } from './fetched-databases.js';
import { namesIn } from './first-world.js';
import { keepLastGood, type LastGoodKeeper } from './last-good-databases.js';
import type { Serving } from './serving.js';
import type { Signals } from './signals.js';
import type { WorldSource } from './source-world.js';
import { reportReload } from './status.js';
import { logWorld } from './world-log.js';

export interface Reloading {
  /** Never rejects: what is wrong keeps its last good state. */
  reload(): Promise<ReloadReport>;
  /** Why the last reload changed nothing, or what of it is wrong. */
  error(): string | undefined;
  readonly lastGood: LastGoodKeeper;
  stop(): void;
}

export interface ReloadingParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly signals: Signals;
  readonly answering: Answering;
  readonly state: State;
  readonly source: WorldSource;
  readonly serving: Serving;
  readonly service: Service;
  /** A server that is told to stop meanwhile has nothing to install a world in. */
  readonly isStopping: () => boolean;
}

export function startReloading(parts: ReloadingParts): Reloading {
  const { clock, log, signals, answering, state, source, serving, service, isStopping } = parts;
  const { geo, hostnames } = source;
  let reloadError: string | undefined;
  const changed = (): void => void signals.emit('changed');
  const lastGood = keepLastGood({ files: state.below('last-good'), clock, log, onEnd: changed });
  const databaseWatch = watchDatabases(
    () => databasePaths(geo),
    clock,
    () => {
      log.info({ event: 'database-changed' }, 'a location database was replaced; reading it');
      changed();
    },
  );

  function follow(world: World): void {
    void lastGood.follow(world.sources);
    state.note('zones', world.keepProblem);
    logWorld(world, service.generation(), log);
  }

  async function reloadOnce(): Promise<ReloadReport> {
    databaseWatch.acknowledge();
    const wrong = answering.reload();
    try {
      const { sources: known, zones } = serving.roster().world;
      const remember = zones.map(({ file, text }) => ({ file, text }));
      const request = { ...source.request(), geo: { ...geo, known }, remember };
      const next = await openWorld(request, NICEST, serving.spare());
      if (isStopping()) return reportReload(serving, service, 'the server is ending', true);
      serving.install(next);
      hostnames.follow(namesIn(next.world));
      reloadError = wrong.length === 0 ? undefined : wrong.join('; ');
      follow(next.world);
    } catch (error) {
      const details = error instanceof GeopoolError ? error.details : [];
      reloadError = [describeError(error), ...details].join('; ');
      log.error({ event: 'reload-failed', error: reloadError }, `nothing was reloaded: ${reloadError}`);
      return reportReload(serving, service, reloadError, true);
    }
    return reportReload(serving, service, reloadError);
  }

  const reload = oneAtATime(reloadOnce);
  const onChanged = (): void => void reload();
  signals.on('changed', onChanged);
  // Copies of zones and maps are among what is gone.
  state.follow(onChanged);
  follow(serving.roster().world);
  if (source.isBehind()) onChanged();
  return {
    reload,
    error: () => reloadError,
    lastGood,
    stop() {
      signals.off('changed', onChanged);
      databaseWatch.stop();
      lastGood.stop();
    },
  };
}
