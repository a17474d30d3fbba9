/**
 * The daemon: wires the rooms together and owns what happens when. It starts, reloads and stops; what is decided and how
 * it is done is in the rooms.
 *
 *     files ─▶ world (threads) ─▶ serving ─▶ workers that answer
 *     monitor, overrides ───────────▲
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from './clock.js';
import { openWorld } from './compile/compiler.js';
import type { Explanation } from './compile/explain.js';
import type { WorldRequest } from './compile/world.js';
import type { Handlers, OverrideChange } from './control/handlers.js';
import type { ReloadReport, StatusReport, UpdateReport } from './control/reports.js';
import { openControl } from './control/server.js';
import { watchDatabases } from './daemon/database-watch.js';
import { explainJob } from './daemon/explaining.js';
import { groupId } from './daemon/group.js';
import { findMirror } from './daemon/mirror-name.js';
import { type Knowledge, reportZones } from './daemon/roster.js';
import { startServing } from './daemon/serving.js';
import type { DaemonSettings } from './daemon/settings.js';
import { openUpdater } from './daemon/updating.js';
import { describeError, GeopoolError } from './errors.js';
import { createJournal } from './health/journal.js';
import { createMonitor } from './health/monitor.js';
import { createOverrides } from './health/overrides.js';
import { createProbeRun } from './health/probe-run.js';
import { readJournal } from './health/read-journal.js';
import { storable } from './health/stored-verdict.js';
import { runInThread } from './in-thread.js';
import type { Log } from './log.js';
import { formatEndpoint } from './net/endpoint.js';
import { openService } from './net/service.js';
import { systemRandom } from './random.js';
import { VERSION } from './version.js';
import { formatFault } from './zone/faults.js';

const EXPLAINER = new URL('./compile/explain-worker.js', import.meta.url);
/** The group whose members may use the control socket. */
const GROUP = 'geopool';

export interface Daemon {
  /** Reads zones and databases anew; what is wrong keeps its last good state. Never rejects. */
  reload(): Promise<ReloadReport>;
  /** Stops listening, finishes what is under way, writes what is to be kept. */
  stop(): Promise<void>;
}

/** Starts serving. Rejects with a GeopoolError where it can't; nothing is left running then. */
export async function startDaemon(settings: DaemonSettings, log: Log): Promise<Daemon> {
  const clock = systemClock;
  const started = clock.now();
  const databases = join(settings.state, 'geo');
  makeState(settings.state);
  const stored = await readJournal(settings.state, log);
  const request: WorldRequest = {
    zones: settings.zones,
    keep: join(settings.state, 'zones'),
    geo: {
      ...(settings.geo.city !== undefined && { city: settings.geo.city }),
      ...(settings.geo.asn !== undefined && { asn: settings.geo.asn }),
      directory: databases,
    },
  };
  const first = await openWorld(request);
  if (first.world.refused.length > 0) {
    await first.close();
    const details = first.world.refused.flatMap(({ faults }) => faults.map(formatFault));
    throw new GeopoolError(
      'ZONE_INVALID',
      'zone files are wrong, and there is no good copy of them to serve',
      { details },
    );
  }

  const overrides = createOverrides(stored.overrides);
  const knowledge = (): Knowledge => ({ standings: monitor.standings(), overrides });
  const monitor = createMonitor({
    clock,
    random: systemRandom(),
    log,
    run: createProbeRun({ clock, version: VERSION }),
    recall: stored.verdicts,
    onChange: () => {
      serving?.refresh();
      journal.markVerdicts();
    },
  });
  const journal = createJournal({
    directory: settings.state,
    clock,
    log,
    verdicts: () => {
      const entries = [...monitor.standings()].flatMap(([key, { standing }]) => {
        const verdict = storable(standing);
        return verdict === undefined ? [] : [[key, verdict] as const];
      });
      return new Map(entries);
    },
    overrides: () => overrides.list(),
  });
  let serving: Awaited<ReturnType<typeof startServing>>['serving'] | undefined;
  const opened = await startServing(
    first,
    (table) => openService({ listen: settings.listen, table, clock, log }),
    {
      log,
      knowledge,
      watch: ({ targets }) => monitor.setTargets(targets),
      onDealerDeath: () => void reload(),
    },
  ).catch(async (error: unknown) => {
    monitor.close();
    await Promise.all([first.close(), journal.close()]);
    throw error;
  });
  const { service } = opened;
  const live = opened.serving;
  serving = live;
  sayWorld();

  // Overrides end by themselves.
  let cancelExpiry = (): void => undefined;
  const expireOverrides = (): void => {
    cancelExpiry();
    for (const { zone, mirror } of overrides.expire(clock.now())) {
      log.info(
        { event: 'override-ended', zone, mirror },
        `${zone}/${mirror} is enabled again: its time is over`,
      );
    }
    live.refresh();
    const next = overrides.nextExpiry();
    // A timer holds 2^31 ms at the most; until then it is looked at again in between.
    if (next !== undefined)
      cancelExpiry = clock.after(Math.min(next - clock.now(), 2 ** 30), expireOverrides);
  };
  const saveOverrides = async (): Promise<void> => {
    expireOverrides();
    await journal.saveOverrides();
    await live.settled();
  };
  expireOverrides();

  // One reload at a time; those that are asked for meanwhile are one more.
  let reloadError: string | undefined;
  let reloading: Promise<ReloadReport> | undefined;
  let queued: Promise<ReloadReport> | undefined;
  const reload = (): Promise<ReloadReport> => {
    if (reloading === undefined) {
      reloading = reloadOnce().finally(() => {
        reloading = undefined;
      });
      return reloading;
    }
    queued ??= reloading.then(() => {
      queued = undefined;
      return reload();
    });
    return queued;
  };
  const reloadOnce = async (): Promise<ReloadReport> => {
    databaseWatch.acknowledge();
    try {
      const next = await openWorld(request);
      await live.install(next);
      reloadError = undefined;
      sayWorld();
    } catch (error) {
      reloadError = describeError(error);
      log.error({ event: 'reload-failed', error: reloadError }, `nothing was reloaded: ${reloadError}`);
    }
    const { zones, refused } = live.roster().world;
    const faults = [...zones.flatMap(({ stale }) => stale ?? []), ...refused.flatMap((file) => file.faults)];
    return {
      generation: service.generation(),
      zones: zones.length,
      faults: [...(reloadError === undefined ? [] : [reloadError]), ...faults.map(formatFault)],
    };
  };

  function sayWorld(): void {
    const { zones, refused, geo, sources, keepProblem } = live.roster().world;
    for (const { zone, stale } of zones) {
      if (stale === undefined) continue;
      log.error(
        { event: 'zone-stale', zone: zone.name, file: zone.file, faults: stale.map(formatFault) },
        `${zone.file} is wrong; its last good copy is served`,
      );
    }
    for (const { file, faults } of refused) {
      log.error(
        { event: 'zone-refused', file, faults: faults.map(formatFault) },
        `${file} is wrong; nothing of it is served`,
      );
    }
    for (const problem of sources.problems) log.warn({ event: 'database-passed-over', problem }, problem);
    if (keepProblem !== undefined) log.warn({ event: 'zone-copy-failed', problem: keepProblem }, keepProblem);
    log.info(
      { event: 'serving', generation: service.generation(), zones: zones.length, geo },
      `serving ${zones.length} ${zones.length === 1 ? 'zone' : 'zones'}`,
    );
  }

  const databaseWatch = watchDatabases(databasePaths(request.geo), clock, () => {
    log.info({ event: 'database-changed' }, 'a location database was replaced; reading it');
    void reload();
  });
  const updater =
    settings.geo.update === undefined
      ? undefined
      : openUpdater({
          update: settings.geo.update,
          directory: databases,
          clock,
          random: systemRandom(),
          log,
          async serve(_edition, path) {
            const { faults } = await reload();
            const { sources } = live.roster().world;
            if ([sources.location.path, sources.asn?.path].includes(path)) return;
            // A configured database, or a better one, may come before it: then it serves as soon as it is wanted.
            const refusal = sources.problems.find((problem) => problem.includes(path)) ?? reloadError;
            if (refusal !== undefined)
              throw new GeopoolError('DATABASE_INVALID', refusal, { details: faults });
          },
        });
  await updater?.start();

  const handlers: Handlers = {
    status: () => status(),
    explain: (asked) =>
      runInThread<Explanation>(
        EXPLAINER,
        explainJob(asked, live.roster(), live.published(), knowledge(), (pool) => service.mapOf(pool)),
      ),
    async disable({ mirror: text, reason, until }) {
      const found = findMirror(
        live.roster().world.zones.map(({ zone }) => zone),
        text,
      );
      const end = until === undefined ? undefined : Date.parse(until);
      if (end !== undefined && (Number.isNaN(end) || end <= clock.now())) {
        throw new GeopoolError(
          'REQUEST_REFUSED',
          `--until ${until}: expected a time to come, as RFC 3339 or a duration`,
        );
      }
      overrides.add({ ...found, reason, since: clock.now(), ...(end !== undefined && { until: end }) });
      log.info(
        { event: 'mirror-disabled', ...found, reason, until },
        `${found.zone}/${found.mirror} is disabled: ${reason}`,
      );
      await saveOverrides();
      return { ...found, changed: true };
    },
    async enable({ mirror: text }): Promise<OverrideChange> {
      const found = findMirror(
        live.roster().world.zones.map(({ zone }) => zone),
        text,
      );
      const changed = overrides.remove(found.zone, found.mirror) !== undefined;
      if (changed)
        log.info({ event: 'mirror-enabled', ...found }, `${found.zone}/${found.mirror} is enabled`);
      await saveOverrides();
      return { ...found, changed };
    },
    reload,
    geoInfo: () => live.roster().world.geo,
    async geoUpdate() {
      if (updater === undefined) {
        throw new GeopoolError(
          'REQUEST_REFUSED',
          'no account is configured: set geo.update in the config file, or GEOIPUPDATE_ACCOUNT_ID and GEOIPUPDATE_LICENSE_KEY',
        );
      }
      return { editions: await updater.updateNow() };
    },
  };

  function status(): StatusReport {
    const { world } = live.roster();
    return {
      version: VERSION,
      generation: service.generation(),
      transport: service.transport,
      listen: service.endpoints.map(formatEndpoint),
      started: new Date(started).toISOString(),
      worker_deaths: service.workerDeaths(),
      state_write_failures: journal.failures(),
      zones: reportZones(world, knowledge(), live.published()),
      refused: world.refused.map(({ file, faults }) => ({ file, error: faults.map(formatFault).join('\n') })),
      geo: world.geo,
      geo_problems: world.sources.problems,
      updates: (updater?.status() ?? []).map(
        ({ edition, lastCheck, lastSuccess, lastError, nextRun }): UpdateReport => ({
          edition,
          ...(lastCheck !== undefined && { last_check: new Date(lastCheck).toISOString() }),
          ...(lastSuccess !== undefined && { last_success: new Date(lastSuccess).toISOString() }),
          ...(lastError !== undefined && { last_error: lastError }),
          ...(nextRun !== undefined && { next_run: new Date(nextRun).toISOString() }),
        }),
      ),
      ...(reloadError !== undefined && { reload_error: reloadError }),
    };
  }

  const stop = async (): Promise<void> => {
    databaseWatch.stop();
    cancelExpiry();
    monitor.close();
    await Promise.all([service.stop(), updater?.stop(), control?.close(), journal.close()]);
    await live.close();
  };
  let control: Awaited<ReturnType<typeof openControl>> | undefined;
  try {
    control = await openControl(settings.control, handlers, groupId(GROUP), log);
  } catch (error) {
    await stop();
    throw error;
  }
  log.info(
    {
      event: 'ready',
      listen: service.endpoints.map(formatEndpoint),
      transport: service.transport,
      control: settings.control,
      version: VERSION,
    },
    `answering on ${service.endpoints.map(formatEndpoint).join(', ')}`,
  );
  return { reload, stop };
}

function makeState(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw new GeopoolError(
      'STATE_UNUSABLE',
      `${directory}: can't make the state directory: ${describeError(error)}`,
      { cause: error },
    );
  }
}

function databasePaths({ city, asn, directory }: WorldRequest['geo']): string[] {
  const updated = ['GeoLite2-City', 'GeoLite2-Country', 'GeoLite2-ASN'].map((edition) =>
    join(directory, `${edition}.mmdb`),
  );
  return [city, asn, ...updated].filter((path) => path !== undefined);
}
