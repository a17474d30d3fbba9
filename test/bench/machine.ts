/**
 * What was measured on, and beside what: a figure means nothing without it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { basename } from 'node:path';
import { VERSION } from '../../src/platform/version.js';

/** Programs whose version is of interest, with the argument that makes them tell it. */
const PROGRAMS = [
  ['gdnsd', 'status'],
  ['knotd', '-V'],
  ['pdns_server', '--version'],
  ['dnsperf', '-h'],
] as const;

/** One line a fact. */
export function describeMachine(database: string, load: readonly number[]): readonly string[] {
  const [cpu] = cpus();
  return [
    `${cpus().length} × ${cpu?.model.trim()}, ${(totalmem() / 1e9).toFixed(0)} GB, Linux ${release()}, ${distribution()}`,
    `load average when it began: ${load.map((value) => value.toFixed(2)).join(', ')}`,
    [`geopool ${VERSION} on Node.js ${process.version}`, ...PROGRAMS.flatMap(versionOf)].join(', '),
    `database: ${basename(database)}, ${(readFileSync(database).length / 1e6).toFixed(0)} MB`,
  ];
}

export function loadAverage(): readonly number[] {
  return loadavg();
}

function distribution(): string {
  const [, name = 'unknown distribution'] =
    /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  return name;
}

function versionOf([program, argument]: readonly [string, string]): string[] {
  const { stdout, stderr } = spawnSync(program, [argument], { encoding: 'utf8' });
  const [, version] = /(?:version|server) (\d+(?:\.\d+)+)/i.exec(`${stdout}${stderr}`) ?? [];
  return version === undefined ? [] : [`${program} ${version}`];
}
