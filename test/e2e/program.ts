/**
 * The real program as a process of its own: a verb that runs to its end, or a process whose output is read while it runs.
 * It is the one that was compiled with the tests, so that no other build can be tested by mistake.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** TESTED_PROGRAM names another build of it: the one that users have has its libraries bundled, which may break them. */
const MAIN =
  process.env.TESTED_PROGRAM === undefined
    ? fileURLToPath(new URL('../../src/main.js', import.meta.url))
    : resolve(process.env.TESTED_PROGRAM);

/**
 * Ends the program with the process that started it, even where that is killed and can't do it itself; setpriv becomes the
 * program, so signals and the process id are the program's own.
 */
const TIED = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : [];

/**
 * Milliseconds after which something that should have happened has failed. No test waits for them to pass; what the
 * program does in the background waits long where other tests keep all cores busy.
 */
export const LIMIT = 120_000;

export interface Surroundings {
  /** The working directory: what the arguments call a path is relative to it. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The network namespace to run in, by its name. */
  readonly netns?: string;
  /** A command, with arguments, that runs the program. */
  readonly under?: readonly string[];
  /** Its main.js; default: the one beside the tests. */
  readonly main?: string;
  /** Open files that it has from descriptor 3 on. */
  readonly descriptors?: readonly number[];
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Running = ChildProcess & { readonly stdout: Readable; readonly stderr: Readable };

/** The command that starts the program, before its arguments. */
export function programCommand({
  netns,
  under = [],
  main = MAIN,
}: Pick<Surroundings, 'netns' | 'under' | 'main'> = {}): readonly [command: string, ...args: string[]] {
  const where = netns === undefined ? [] : ['ip', 'netns', 'exec', netns];
  const [command = process.execPath, ...before] = [...TIED, ...where, ...under, process.execPath];
  return [command, ...before, main];
}

/** Starts the program. What is in the environment of the tests (GEOIPUPDATE_…, NODE_OPTIONS) does not reach it. */
export function spawnProgram(
  args: readonly string[],
  { cwd, env, descriptors = [], ...where }: Surroundings,
): Running {
  const [command, ...before] = programCommand(where);
  const started = spawn(command, [...before, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
  });
  const { stdout, stderr } = started;
  if (stdout === null || stderr === null) throw new Error('both are pipes');
  const child = Object.assign(started, { stdout, stderr });
  if (TIED.length > 0) return child;
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

/** Runs the program to its end. Rejects where that does not come. */
export async function runProgram(args: readonly string[], surroundings: Surroundings): Promise<Finished> {
  const child = spawnProgram(args, surroundings);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return within(ended, `geopool ${args.join(' ')}`).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
}

/** The promise's value; rejects with the name of what was waited for after LIMIT. */
export async function within<T>(promise: Promise<T>, what: string, limit = LIMIT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The least number of milliseconds that something takes in up to five goes, the last of them the first that is below
 * `limit`: a machine may be too busy for what is to be quick, but not so again and again.
 */
export async function soonest(limit: number, go: () => Promise<number>): Promise<number> {
  let least = await go();
  for (let more = 4; more > 0 && least >= limit; more--) least = Math.min(least, await go());
  return least;
}

/** Asks again and again until `look` gives something other than undefined; rejects after `limit` milliseconds. */
export async function until<T>(
  look: () => Promise<T | undefined> | T | undefined,
  what: string,
  limit = LIMIT,
): Promise<T> {
  const deadline = performance.now() + limit;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
