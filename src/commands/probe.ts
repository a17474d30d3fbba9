/**
 * The verb `probe`: one round now, for the person who is asked why a mirror is out. With `--zones` or `--config`, by those
 * files and from here; else by the running server and from there, or where none runs, by the files that it would serve.
 */
import { existsSync } from 'node:fs';
import { systemClock } from '../clock.js';
import { ask } from '../control/client.js';
import type { ProbeResultReport } from '../control/reports.js';
import { probeNow } from '../daemon/probe-now.js';
import type { DaemonSettings } from '../daemon/settings.js';
import { GeopoolError } from '../errors.js';
import { createProbeRun } from '../health/probe-run.js';
import { createResolver } from '../health/resolve.js';
import { VERSION } from '../version.js';
import { formatFault } from '../zone/faults.js';
import { withAddresses } from '../zone/hostnames.js';
import { formatSize } from '../zone/sizes.js';
import { parseFiles, zoneFilesIn } from '../zone/zone-files.js';
import { resolveHosts } from './resolve-hosts.js';
import { readSettings, type SettingFlags } from './settings.js';

/** 0 where all of what was tried is up, else 1. */
export async function probe(
  mirror: string | undefined,
  { json, ...flags }: SettingFlags & { readonly json?: boolean },
): Promise<number> {
  const settings = readSettings(flags);
  const here = flags.zones !== undefined || flags.config !== undefined;
  const results = here ? await probeFiles(settings, mirror) : await askOrProbe(settings, mirror);
  process.stdout.write(json === true ? `${JSON.stringify(results)}\n` : `${formatResults(results)}\n`);
  return results.every(({ ok }) => ok) ? 0 : 1;
}

async function askOrProbe(
  settings: DaemonSettings,
  mirror: string | undefined,
): Promise<readonly ProbeResultReport[]> {
  try {
    return await ask(settings.control, 'POST', '/probe', mirror === undefined ? {} : { mirror });
  } catch (error) {
    const unreachable = error instanceof GeopoolError && error.code === 'SERVER_UNREACHABLE';
    if (!unreachable || !existsSync(settings.zones)) throw error;
    process.stderr.write(`no server answers; by the files in ${settings.zones}, from here\n`);
    return probeFiles(settings, mirror);
  }
}

async function probeFiles(
  settings: DaemonSettings,
  mirror: string | undefined,
): Promise<readonly ProbeResultReport[]> {
  const { loaded, refused } = parseFiles(zoneFilesIn(settings.zones));
  if (refused.length > 0) {
    const details = refused.flatMap(({ faults }) => faults.map(formatFault));
    throw new GeopoolError('ZONE_INVALID', 'zone files are wrong', { details });
  }
  const resolve = createResolver(settings.resolve);
  const zones = loaded.map(({ zone }) => zone);
  const hosts = await resolveHosts(zones, settings);
  const run = createProbeRun({ clock: systemClock, version: VERSION, resolve });
  return probeNow(
    zones.map((zone) => withAddresses(zone, hosts)),
    mirror,
    run,
    () => systemClock.now(),
  );
}

/** The results for a terminal: a line for each probe, with its steps below. */
export function formatResults(results: readonly ProbeResultReport[]): string {
  if (results.length === 0) return 'nothing to probe';
  const bad = results.filter(({ ok }) => !ok).length;
  const sum = bad === 0 ? `all ${results.length} good` : `${bad} of ${results.length} failed`;
  return [...results.flatMap((result) => [...formatResult(result), '']), sum].join('\n');
}

function formatResult(result: ProbeResultReport): string[] {
  const { mirror, address, type, path, module, port, pool, ok, cause, ms, rate, warning, steps } = result;
  const asked = [type, ...(port === undefined ? [] : [`port ${port}`]), path ?? module ?? ''].filter(
    (word) => word !== '',
  );
  const verdict =
    type === 'none' ? 'not probed' : ok ? `good, ${ms} ms` : `FAILED after ${ms} ms: ${cause ?? ''}`;
  return [
    `${mirror} ${address}, ${asked.join(' ')}, pool ${pool}: ${verdict}`,
    ...steps.map((step) => {
      const text = step.error === undefined ? (step.detail ?? '') : `FAILED: ${step.error}`;
      return `  ${step.step.padEnd(9)}${`${step.ms.toFixed(2)} ms`.padStart(12)}  ${text}`.trimEnd();
    }),
    ...(rate === undefined ? [] : [`  measured: ${formatSize(rate)}/s`]),
    ...(warning === undefined ? [] : [`  WARNING: ${warning}`]),
  ];
}
