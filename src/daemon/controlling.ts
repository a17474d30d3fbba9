/**
 * Everything through which operators act on a running server: overrides, the control socket, status over HTTP. It also
 * watches for steps of the wall clock, since overrides end by it.
 */

import type { ReloadReport } from '../control/action-reports.js';
import { ask } from '../control/client.js';
import { createLine } from '../control/line.js';
import { type Clock, watchWallClock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import type { Log, ProgramLog } from '../platform/log.js';
import { oneAtATime } from '../platform/one-at-a-time.js';
import { lookUpBy } from '../probe/resolve.js';
import type { Service } from '../server/service.js';
import type { State } from '../state/state-directory.js';
import type { Updater } from '../update/updater.js';
import type { ChallengeKeeper } from './challenge-keeper.js';
import { keepControl } from './control-socket.js';
import type { Fleet } from './fleet-service.js';
import { createHandlers } from './handling.js';
import type { HealthService } from './health-service.js';
import { openHttp } from './http.js';
import { describeStanding, disablingEffects } from './override-effects.js';
import { keepOverrides } from './override-keeper.js';
import { FIXED, openReconfiguring, type Reconfigurable } from './reconfiguring.js';
import type { Reloading } from './reloading.js';
import type { ServiceNotifier } from './service-notifier.js';
import type { Serving } from './serving.js';
import type { DaemonSettings } from './settings.js';
import type { Signals } from './signals.js';
import type { SignedZones } from './signed-zones.js';
import type { WorldSource } from './source-world.js';
import { createStops } from './stops.js';
import type { TlsKeeper } from './tls-keeper.js';

/** Milliseconds that the rehearsal of an override may take. */
const REHEARSAL_MS = 1000;

export interface ControllingParts {
  readonly settings: DaemonSettings;
  /** Reads the settings again; throws a GeopoolError if they are wrong. */
  readonly readSettings: () => DaemonSettings;
  /** The phases before this one that can follow changed settings. */
  readonly phases: readonly Reconfigurable[];
  readonly clock: Clock;
  readonly log: Log & Pick<ProgramLog, 'dropped'>;
  readonly signals: Signals;
  /** When the server started, by the steady clock. */
  readonly started: number;
  readonly state: State;
  readonly source: WorldSource;
  readonly health: HealthService;
  readonly challenges: ChallengeKeeper;
  /** Absent: this server is in no fleet. */
  readonly fleet: Fleet | undefined;
  readonly signedZones: SignedZones;
  readonly tls: TlsKeeper;
  readonly serving: Serving;
  readonly service: Service;
  readonly reloading: Reloading;
  /** The same reload, announced to the service manager. */
  readonly announced: ServiceNotifier['reloading'];
  readonly updater: () => Updater | undefined;
}

export interface Controlling {
  /** Reloads settings, zones and databases for an operator. Never rejects. */
  reload(): Promise<ReloadReport>;
  stop(): Promise<void>;
}

/** Rejects only if another server has the control socket. */
export async function startControlling(parts: ControllingParts): Promise<Controlling> {
  const { settings, clock, log, signals, source, health, serving, reloading } = parts;
  const stops = createStops(log);
  const keeper = stops.keep(
    keepOverrides({
      overrides: health.overrides,
      clock,
      log,
      zones: () => serving.index().world.zones.map(({ zone }) => zone),
      save: health.saveOverrides,
      effectsOf: (mirrors) => disablingEffects(mirrors, serving.index(), serving.facts),
      standingOf: (mirror) =>
        describeStanding(mirror, {
          index: serving.index(),
          snapshot: health.wallSnapshot(),
          now: clock.now(),
        }),
      publish(mirrors) {
        serving.overridden(mirrors);
        health.overridesChanged(mirrors);
      },
      ...(parts.fleet !== undefined && { fleet: parts.fleet.overrides }),
    }),
  );
  signals.on('overridesChanged', keeper.restated);
  stops.keep({ stop: () => void signals.off('overridesChanged', keeper.restated) });
  stops.keep({
    stop: watchWallClock(clock, (ms) => {
      log.warn({ event: 'clock-set', ms }, `the clock of this host was set by ${Math.round(ms / 1000)} s`);
      // Overrides that have ended are reported before those of the zone files are applied again.
      keeper.restated();
      health.clockSet();
      keeper.clockSet();
      serving.refresh();
      reloading.clockSet();
    }),
  });
  let restart: readonly string[] = [];
  const asked = {
    ...parts,
    hostnames: source.hostnames,
    lastGood: reloading.lastGood,
    gate: source.gate,
    explaining: createLine(1, 16),
    reloadError: reloading.error,
    restart: () => restart,
  };
  const http = await openHttp(settings.http, asked, { clock, log });
  stops.keep({ stop: () => http.close() });
  const followHttp: Reconfigurable = { prepare: (next) => () => http.follow(next.http) };
  // If each worker has a socket of its own, only a new process can open others.
  const fixed = parts.service.transport === 'portable' ? (['listen', ...FIXED] as const) : FIXED;
  const phases = [...parts.phases, followHttp];
  const reconfigure = openReconfiguring(settings, parts.readSettings, phases, fixed, log);
  const reload = oneAtATime(
    parts.announced(async () => {
      const done = await reconfigure();
      if ('faults' in done) return reloading.refuse(done.faults);
      restart = done.restart;
      return { ...(await reloading.reload()), ...(restart.length > 0 && { restart }) };
    }),
  );
  const lookUp = lookUpBy(source.resolveOwn);
  const handlers = createHandlers({ ...asked, keeper, lookUp, reload, http: http.report });
  try {
    const control = await keepControl(settings.control, handlers, { clock, log });
    stops.keep({ stop: () => control.close() });
    await rehearse(settings.control);
    await parts.fleet?.start({ health, serving, keeper, challenges: parts.challenges });
  } catch (error) {
    await stops.stop();
    throw error;
  }
  return { reload, stop: stops.stop };
}

/** Disables no mirror, but over the socket, so that the first real one waits for no code that has never run. */
async function rehearse(control: string): Promise<void> {
  try {
    await ask(control, 'POST', '/disable', { mirror: '', reason: 'rehearsal' }, REHEARSAL_MS);
  } catch (error) {
    // Refused, as no mirror has that name; or there is no socket, which has been logged.
    if (!(error instanceof GeopoolError)) throw error;
  }
}
