/**
 * What a running server answers over its control socket, and which of its parts does so.
 */
import type { Clock } from '../clock.js';
import type { Explanation } from '../compile/explain.js';
import type { Handlers } from '../control/handlers.js';
import type { Line } from '../control/line.js';
import type { HttpReport } from '../control/status-report.js';
import { runInThread } from '../in-thread.js';
import type { ProgramLog } from '../log.js';
import type { Service } from '../net/service.js';
import { type NotifySettings, testChannels } from '../notify/notifier.js';
import type { LookUp } from '../notify/webhook.js';
import type { StateFiles } from '../state/state-files.js';
import type { Updater } from '../update/updater.js';
import { VERSION } from '../version.js';
import { explainJob } from './explaining.js';
import { configured } from './fetched-databases.js';
import { reportHistory } from './history-report.js';
import type { Hostnames } from './hostnames.js';
import type { Judging } from './judging.js';
import type { LastGoodKeeper } from './last-good-databases.js';
import type { OverrideKeeper } from './override-keeper.js';
import { probeNow } from './probe-now.js';
import type { Serving } from './serving.js';
import { reportStatus, reportUpdate } from './status.js';

const EXPLAINER = new URL('../compile/explain-worker.js', import.meta.url);

/** The parts of a server that may be asked. */
export interface Parts {
  readonly clock: Clock;
  /** When the server started, by the steady clock. */
  readonly started: number;
  readonly log: Pick<ProgramLog, 'dropped'>;
  readonly serving: Serving;
  readonly service: Service;
  readonly state: Pick<StateFiles, 'failures' | 'problems'>;
  readonly judging: Judging;
  readonly keeper: OverrideKeeper;
  readonly hostnames: Hostnames;
  readonly notify: NotifySettings;
  readonly lookUp: LookUp;
  readonly lastGood: LastGoodKeeper;
  readonly explaining: Line;
  readonly http: () => HttpReport;
  readonly updater: Updater | undefined;
  readonly reload: Handlers['reload'];
  /** Why the last reload changed nothing, or what of it is wrong. */
  readonly reloadError: () => string | undefined;
}

export function createHandlers(parts: Parts): Handlers {
  const {
    clock,
    started,
    log,
    serving,
    service,
    state,
    judging,
    keeper,
    hostnames,
    notify,
    lookUp,
    lastGood,
    updater,
    explaining,
    http,
    reload,
    reloadError,
  } = parts;
  return {
    status: () =>
      reportStatus({
        serving,
        service,
        knowledge: judging.shown(),
        started: clock.wallOf(started),
        logLinesDropped: log.dropped(),
        state,
        withheldFalls: judging.withheld(),
        uncopied: lastGood.problems(),
        updates: updater?.status() ?? [],
        notifications: judging.notifications(),
        reloadError: reloadError(),
        now: clock.now(),
        hostnames: hostnames.states(),
        http: http(),
      }),
    history: async (mirror) => reportHistory(judging.memory.history, judging.memory.now(), mirror),
    explaining,
    async explain(asked) {
      const giveBack = serving.lend();
      try {
        const job = explainJob(
          asked,
          serving.roster(),
          serving.published(),
          judging.shown(),
          (pool) => service.mapOf(pool),
          clock.now(),
        );
        return await runInThread<Explanation>(EXPLAINER, job);
      } finally {
        giveBack();
      }
    },
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
    geoUpdates: () => (updater?.status() ?? []).map(reportUpdate),
    notifyTest: async () => ({ channels: await testChannels(notify, VERSION, clock.now(), lookUp) }),
    geoUpdate: async () => ({ editions: await configured(updater).updateNow() }),
  };
}
