/**
 * What operators say and ask while the server runs: overrides, the control socket, status over HTTP. And what the host says
 * of the time, since the ends of overrides go by it.
 */
import { type Clock, watchWallClock } from '../clock.js';
import { createLine } from '../control/line.js';
import { lookUpBy } from '../health/resolve.js';
import type { Log, ProgramLog } from '../log.js';
import type { Service } from '../net/service.js';
import type { State } from '../state/state-directory.js';
import type { Updater } from '../update/updater.js';
import { keepControl } from './control-socket.js';
import { createHandlers } from './handling.js';
import { openHttp } from './http.js';
import type { Judging } from './judging.js';
import { keepOverrides } from './override-keeper.js';
import type { Reloading } from './reloading.js';
import type { Serving } from './serving.js';
import type { DaemonSettings } from './settings.js';
import type { Signals } from './signals.js';
import type { WorldSource } from './source-world.js';
import { createStops } from './stops.js';

export interface ControllingParts {
  readonly settings: Pick<DaemonSettings, 'control' | 'http' | 'notify'>;
  readonly clock: Clock;
  readonly log: Log & Pick<ProgramLog, 'dropped'>;
  readonly signals: Signals;
  /** When the server started, by the steady clock. */
  readonly started: number;
  readonly state: State;
  readonly source: WorldSource;
  readonly judging: Judging;
  readonly serving: Serving;
  readonly service: Service;
  readonly reloading: Reloading;
  /** As an operator has it done. */
  readonly reload: Reloading['reload'];
  readonly updater: Updater | undefined;
}

/** Rejects only where another server has the control socket. */
export async function startControlling(parts: ControllingParts): Promise<{ stop(): Promise<void> }> {
  const { settings, clock, log, signals, source, judging, serving, reloading } = parts;
  const stops = createStops(log);
  const keeper = stops.keep(
    keepOverrides({
      overrides: judging.overrides,
      clock,
      log,
      zones: () => serving.roster().world.zones.map(({ zone }) => zone),
      save: judging.saveOverrides,
      publish(mirrors) {
        // The answers first: the history goes through all mirrors, while nobody is sent to a dead one any more.
        serving.overridden(mirrors);
        judging.overridden();
      },
    }),
  );
  signals.on('stated', keeper.restated);
  stops.keep({ stop: () => void signals.off('stated', keeper.restated) });
  stops.keep({
    stop: watchWallClock(clock, (ms) => {
      log.warn({ event: 'clock-set', ms }, `the clock of this host was set by ${Math.round(ms / 1000)} s`);
      // What has ended is said before the files say what holds.
      keeper.restated();
      judging.clockSet();
      keeper.clockSet();
      serving.refresh();
    }),
  });
  const asked = {
    ...parts,
    keeper,
    hostnames: source.hostnames,
    notify: settings.notify,
    lookUp: lookUpBy(source.resolveOwn),
    lastGood: reloading.lastGood,
    explaining: createLine(1, 16),
    reloadError: reloading.error,
  };
  const http = openHttp(settings.http, asked, { clock, log });
  stops.keep({ stop: () => http.close() });
  const handlers = createHandlers({ ...asked, http: http.report });
  try {
    const control = await keepControl(settings.control, handlers, { clock, log });
    stops.keep({ stop: () => control.close() });
  } catch (error) {
    await stops.stop();
    throw error;
  }
  return stops;
}
