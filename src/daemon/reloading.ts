/**
 * Reads zones and databases again while the server runs: on request, and when files, databases or addresses have
 * changed.
 */

import { openWorld } from '../compile/compiler.js';
import type { World } from '../compile/world.js';
import type { ReloadReport } from '../control/action-reports.js';
import type { Clock } from '../platform/clock.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { oneAtATime } from '../platform/one-at-a-time.js';
import { LOWEST_PRIORITY } from '../platform/thread-priority.js';
import { describeUnsigned } from '../report/describe-unsigned.js';
import type { Service } from '../server/service.js';
import type { State } from '../state/state-directory.js';
import { describeIgnored } from '../zone/zone-files.js';
import type { Answering } from './answering.js';
import type { ChallengeKeeper } from './challenge-keeper.js';
import { databasePaths } from './fetched-databases.js';
import { watchFiles } from './file-watch.js';
import { namesIn } from './first-world.js';
import { keepLastGood, type LastGoodKeeper } from './last-good-databases.js';
import { watchParents } from './parent-watch.js';
import type { Serving } from './serving.js';
import type { Signals } from './signals.js';
import type { SignedZones } from './signed-zones.js';
import { followSigning, keysIn } from './signing.js';
import type { WorldSource } from './source-world.js';
import { reportReload } from './status.js';
import type { TlsKeeper } from './tls-keeper.js';
import { logWorld } from './world-log.js';

export interface Reloading {
  /** Never rejects: what is wrong keeps its last good state. */
  reload(): Promise<ReloadReport>;
  /** Reports that nothing is reloaded, for these reasons. */
  refuse(reasons: readonly string[]): ReloadReport;
  /** Why the last reload changed nothing, or which part of it is wrong. */
  error(): string | undefined;
  readonly lastGood: LastGoodKeeper;
  /** The wall clock was set. */
  clockSet(): void;
  stop(): void;
}

export interface ReloadingParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly signals: Signals;
  readonly answering: Answering;
  readonly challenges: Pick<ChallengeKeeper, 'followSigned'>;
  readonly signedZones: Pick<SignedZones, 'follow' | 'missed'>;
  readonly tls: Pick<TlsKeeper, 'reload'>;
  readonly state: State;
  readonly source: WorldSource;
  readonly serving: Serving;
  readonly service: Service;
  /** If the server is told to stop meanwhile, the new world must not be installed. */
  readonly isStopping: () => boolean;
}

export function startReloading(parts: ReloadingParts): Reloading {
  const {
    clock,
    log,
    signals,
    answering,
    challenges,
    signedZones,
    tls,
    state,
    source,
    serving,
    service,
    isStopping,
  } = parts;
  const { hostnames } = source;
  let reloadError: string | undefined;
  let ignored: string | undefined;
  const changed = (): void => void signals.emit('sourcesChanged');
  const signing = followSigning(clock, () => {
    log.info({ event: 'signing-due' }, 'signed zones are signed again');
    changed();
  });
  const parents = watchParents(clock, log);
  const lastGood = keepLastGood({ files: state.below('last-good'), clock, log, onEnd: changed });
  const databaseWatch = watchFiles(
    () => databasePaths(source.geo()),
    clock,
    () => {
      log.info({ event: 'database-changed' }, 'a location database was replaced; reading it');
      changed();
    },
  );

  function follow(world: World): void {
    void lastGood.follow(world.sources);
    signing.follow(world);
    parents.follow(world);
    signedZones.follow(world);
    challenges.followSigned(keysIn(world).keys());
    state.note('zones', world.keepProblem);
    logWorld(world, service.generation(), log);
    const now = describeIgnored(source.zones);
    if (now !== undefined && now !== ignored) log.info({ event: 'files-ignored', files: now }, now);
    ignored = now;
  }

  async function reloadOnce(): Promise<ReloadReport> {
    databaseWatch.acknowledge();
    const wrong = [...answering.reload(), ...tls.reload()];
    await source.gate.look();
    try {
      const { sources: known, zones } = serving.index().world;
      const remember = zones.map(({ file, text }) => ({ file, text }));
      const asked = source.request();
      const request = {
        ...asked,
        geo: { ...source.geo(), known },
        remember,
        signing: { ...asked.signing, known: keysIn(serving.index().world) },
      };
      const next = await openWorld({ request, spare: serving.spare() }, LOWEST_PRIORITY);
      if (isStopping()) return reportReload(serving, service, ['the server is ending'], true);
      serving.install(next);
      hostnames.follow(namesIn(next.world));
      reloadError = wrong.length === 0 ? undefined : wrong.join('; ');
      follow(next.world);
    } catch (error) {
      const details = error instanceof GeopoolError ? error.details : [];
      return refuse([[describeError(error), ...details].join('; ')]);
    }
    const unsigned = signedZones.missed().map(describeUnsigned);
    return reportReload(serving, service, [...(reloadError === undefined ? [] : [reloadError]), ...unsigned]);
  }

  function refuse(reasons: readonly string[]): ReloadReport {
    reloadError = reasons.join('; ');
    log.error({ event: 'reload-failed', error: reloadError }, `nothing was reloaded: ${reloadError}`);
    return reportReload(serving, service, reasons, true);
  }

  const reload = oneAtATime(reloadOnce);
  const onChanged = (): void => void reload();
  signals.on('sourcesChanged', onChanged);
  // The state directory was lost, and with it the copies of zones and maps.
  state.follow(onChanged);
  follow(serving.index().world);
  if (source.isBehind()) onChanged();
  return {
    reload,
    refuse,
    error: () => reloadError,
    lastGood,
    clockSet: signing.clockSet,
    stop() {
      signals.off('sourcesChanged', onChanged);
      databaseWatch.stop();
      signing.stop();
      parents.stop();
      lastGood.stop();
    },
  };
}
