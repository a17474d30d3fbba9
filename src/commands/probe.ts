/**
 * The verb `probe`: one round of probes now, for the operator who wants to know why a mirror is out. With `--zones` or
 * `--config`, this process probes what those files say. Otherwise the running server probes; if none runs, this process
 * does, by the files that the server would serve.
 */
import { existsSync } from 'node:fs';
import type { ProbeResultReport } from '../control/action-reports.js';
import { ask } from '../control/client.js';
import { GeopoolError } from '../platform/errors.js';
import { formatSize } from '../zone/sizes.js';
import { controlPaths } from './control-path.js';
import { print, printError, printJson } from './output.js';
import type { SettingFlags } from './settings.js';

/** Returns 0 if all probes succeeded, otherwise 1. */
export async function probe(
  mirror: string | undefined,
  { json, ...flags }: SettingFlags & { readonly json?: boolean },
): Promise<number> {
  const here = flags.zones !== undefined || flags.config !== undefined;
  const results = here ? await probeHere(flags, mirror) : await askOrProbe(flags, mirror);
  if (json === true) printJson(results);
  else print(...formatResults(results));
  return results.every(({ ok }) => ok) ? 0 : 1;
}

async function askOrProbe(
  flags: SettingFlags,
  mirror: string | undefined,
): Promise<readonly ProbeResultReport[]> {
  const control = await controlPaths(flags);
  try {
    return await ask(control, 'POST', '/probe', mirror === undefined ? {} : { mirror });
  } catch (error) {
    if (!(error instanceof GeopoolError) || error.code !== 'SERVER_UNREACHABLE') throw error;
    const { readSettings } = await import('./settings.js');
    const { zones } = readSettings(flags);
    if (!existsSync(zones)) throw error;
    printError(`no server answers; by the files in ${zones}, from here`);
    return probeHere(flags, mirror);
  }
}

/** Probes by files. That loads much code, which the running server has loaded already. */
async function probeHere(
  flags: SettingFlags,
  mirror: string | undefined,
): Promise<readonly ProbeResultReport[]> {
  const { readSettings } = await import('./settings.js');
  const { probeFiles } = await import('./probe-files.js');
  return probeFiles(readSettings(flags), mirror);
}

/** The results for a terminal: a line for each probe, with its steps below. */
export function formatResults(results: readonly ProbeResultReport[]): string[] {
  if (results.length === 0) return ['nothing to probe'];
  const bad = results.filter(({ ok }) => !ok).length;
  const { length } = results;
  const good = length === 1 ? 'good' : `all ${length} good`;
  const sum = bad === 0 ? good : `${bad} of ${length} failed`;
  return [...results.flatMap((result) => [...formatResult(result), '']), sum];
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
