/**
 * The requests of the control socket, and the parts of the server that answer them.
 */

import type { Explanation } from '../compile/explain.js';
import type { Handlers } from '../control/handlers.js';
import type { Line } from '../control/line.js';
import type { HttpReport } from '../control/status-report.js';
import { testChannels } from '../notify/notifier.js';
import type { LookUp } from '../notify/webhook.js';
import type { Clock } from '../platform/clock.js';
import type { ProgramLog } from '../platform/log.js';
import { runInWorker } from '../platform/run-in-worker.js';
import { VERSION } from '../platform/version.js';
import type { Service } from '../server/service.js';
import type { StateFiles } from '../state/state-files.js';
import type { Updater } from '../update/updater.js';
import type { ChallengeKeeper } from './challenge-keeper.js';
import { challengeHandlers, reportChallenge } from './challenging.js';
import type { DatabaseGate } from './database-gate.js';
import { explainJob } from './explaining.js';
import { configured } from './fetched-databases.js';
import type { Fleet } from './fleet-service.js';
import type { HealthService } from './health-service.js';
import { reportHistory } from './history-report.js';
import type { Hostnames } from './hostnames.js';
import type { LastGoodKeeper } from './last-good-databases.js';
import type { OverrideKeeper } from './override-keeper.js';
import { probeNow } from './probe-now.js';
import type { Serving } from './serving.js';
import type { SignedZones } from './signed-zones.js';
import { reportHeld, reportStatus, reportUpdate } from './status.js';
import type { TlsKeeper } from './tls-keeper.js';

const EXPLAINER = new URL('../compile/explain-worker.js', import.meta.url);

/** The parts of a server that are read for reports. */
export interface ReaderParts {
  readonly clock: Clock;
  /** When the server started, by the steady clock. */
  readonly started: number;
  readonly log: Pick<ProgramLog, 'dropped'>;
  readonly serving: Serving;
  readonly service: Service;
  readonly state: Pick<StateFiles, 'failures' | 'problems'>;
  readonly health: HealthService;
  readonly hostnames: Hostnames;
  readonly challenges: ChallengeKeeper;
  readonly fleet: Pick<Fleet, 'report' | 'challenges'> | undefined;
  readonly signedZones: Pick<SignedZones, 'missed'>;
  readonly tls: Pick<TlsKeeper, 'report'>;
  readonly lastGood: LastGoodKeeper;
  readonly gate: DatabaseGate;
  readonly explaining: Line;
  readonly http: () => HttpReport;
  readonly updater: () => Updater | undefined;
  /** Why the last reload changed nothing, or which part of it is wrong. */
  readonly reloadError: () => string | undefined;
  /** Config keys that wait for a restart. */
  readonly restart: () => readonly string[];
}

/** These, and the parts that requests act on. */
export interface HandlerParts extends ReaderParts {
  readonly keeper: OverrideKeeper;
  readonly lookUp: LookUp;
  readonly reload: Handlers['reload'];
}

export type Readers = Pick<Handlers, 'status' | 'history' | 'explaining' | 'explain'>;

export function createReaders(parts: ReaderParts): Readers {
  const { clock, started, log, serving, service, state, health, hostnames, challenges, fleet, tls } = parts;
  const { lastGood, gate, updater, explaining, http, reloadError, restart } = parts;
  return {
    status: () =>
      reportStatus({
        serving,
        service,
        health: health.wallSnapshot(),
        started: clock.wallOf(started),
        logLinesDropped: log.dropped(),
        state,
        suppressedFalls: health.suppressed(),
        hostClock: health.hostClock(),
        uncopied: lastGood.problems(),
        tls: tls.report(),
        held: gate.held(),
        updates: updater()?.status() ?? [],
        notifications: health.notifications(),
        reloadError: reloadError(),
        restart: restart(),
        now: clock.now(),
        hostnames: hostnames.states(),
        challenges: challenges.list().map(reportChallenge),
        unsigned: parts.signedZones.missed(),
        fleet: fleet?.report(),
        http: http(),
      }),
    history: (mirror) => reportHistory(health.history.history, health.history.now(), mirror),
    explaining,
    async explain(asked) {
      const giveBack = serving.lend();
      try {
        const job = explainJob(
          asked,
          serving.index(),
          serving.published,
          health.wallSnapshot(),
          (pool) => service.mapOf(pool),
          clock.now(),
        );
        return await runInWorker<Explanation>(EXPLAINER, job);
      } finally {
        giveBack();
      }
    },
  };
}

export function createHandlers(parts: HandlerParts): Handlers {
  const { clock, serving, health, keeper, lookUp, gate, updater, reload, challenges, fleet } = parts;
  return {
    ...createReaders(parts),
    probe: (mirror) =>
      probeNow(
        serving.index().world.zones.map(({ zone }) => zone),
        mirror,
        health.run,
        clock.now,
      ),
    disable: (asked) => keeper.disable(asked),
    enable: (asked) => keeper.enable(asked),
    challenges: challengeHandlers({
      keeper: challenges,
      places: () => serving.index().world,
      compile: reload,
      fleet: fleet?.challenges,
    }),
    reload,
    geoInfo: () => serving.index().world.geo,
    geoUpdates: () => (updater()?.status() ?? []).map(reportUpdate),
    notifyTest: async () => ({ channels: await testChannels(health.notify(), VERSION, clock.now(), lookUp) }),
    geoAccept: async () => (await gate.say('accepted')).map(reportHeld),
    geoReject: async () => (await gate.say('rejected')).map(reportHeld),
    geoUpdate: async () => ({ editions: await configured(updater()).updateNow() }),
  };
}
