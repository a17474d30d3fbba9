/**
 * `npm run bench`: geopool measured beside the servers that one would take instead, on loopback, turn by turn. It prints
 * Markdown, and everything that it starts ends with it. docs/benchmarks.md says what the figures mean.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeError } from '../../src/platform/errors.js';
import { compilePrograms } from './c-programs.js';
import { cityDatabase } from './city-database.js';
import { describeMachine, loadAverage } from './machine.js';
import { type Options, type PartName, readOptions, USAGE } from './options.js';
import type { Part } from './part.js';
import { measureAbuse } from './parts/abuse.js';
import { measureFlap } from './parts/flap.js';
import { measureScope } from './parts/scope.js';
import { measureSigned } from './parts/signed.js';
import { measureStart } from './parts/start.js';
import { measureSwap } from './parts/swap.js';
import { measureTcp } from './parts/tcp.js';
import { measureTls } from './parts/tls.js';
import { measureUdp } from './parts/udp.js';
import { measureZones } from './parts/zones.js';
import { ownProcesses } from './processes.js';
import { formatSection, writePieces } from './report.js';
import { isInstalled } from './servers/lineup.js';
import type { Stage } from './stage.js';

const PARTS: Readonly<Record<PartName, Part>> = {
  udp: measureUdp,
  tcp: measureTcp,
  tls: measureTls,
  signed: measureSigned,
  start: measureStart,
  scope: measureScope,
  zones: measureZones,
  swap: measureSwap,
  abuse: measureAbuse,
  flap: measureFlap,
};

async function bench(options: Options): Promise<void> {
  const load = loadAverage();
  const begun = performance.now();
  const say = (text: string): void => {
    process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
  };
  // What runs is ended before its files are removed: handlers run in this order.
  const processes = ownProcesses();
  const directory = mkdtempSync(join(tmpdir(), 'geopool-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const database = await cityDatabase(options.database, processes, say);
  let port = options.port;
  const stage: Stage = {
    options,
    directory,
    database,
    processes,
    programs: await compilePrograms(processes, directory),
    nextPort: () => port++,
    say,
  };
  const pieces = new Map<string, string>();
  const publish = (name: string, piece: string): void => {
    pieces.set(name, piece);
    process.stdout.write(`${piece}\n\n`);
  };
  const terms = `${options.rounds} rounds of ${options.seconds} s, ${new Date().toISOString().slice(0, 10)}`;
  publish('machine', [...describeMachine(database, load), terms].map((line) => `- ${line}`).join('\n'));
  for (const name of options.only) publish(name, formatSection(await PARTS[name](stage)));
  if (options.write !== undefined) writePieces(options.write, pieces);
  say('done');
}

/** What it can't do without. */
function obstacle({ write }: Options): string | undefined {
  if (platform() !== 'linux')
    return 'it needs Linux: it pins processes to cores and sends datagrams in batches';
  if (availableParallelism() < 2) return 'it needs two cores: one for the servers, one for what asks them';
  if (write !== undefined && !existsSync(write)) return `--write ${write}: there is no such file`;
  const missing = ['gcc', 'taskset', 'tar'].filter((program) => !isInstalled(program));
  return missing.length > 0 ? `it needs ${missing.join(' and ')}` : undefined;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${USAGE}\n`);
    return 2;
  }
  process.env.PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  const problem = obstacle(options);
  if (problem !== undefined) {
    process.stderr.write(`bench: ${problem}\n`);
    return 1;
  }
  try {
    await bench(options);
    return 0;
  } catch (error) {
    process.stderr.write(`bench: ${describeError(error)}\n`);
    return 1;
  }
}

// What ends this process ends what it started: see ownProcesses.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
process.exit(await main());
