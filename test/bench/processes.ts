/**
 * Every process that the benchmark starts, so that none of them outlives it, however it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

export interface Running {
  readonly pid: number;
  /** Resolves when it has ended, with words for how. */
  readonly ended: Promise<string>;
  /** The end of what it printed. */
  lastWords(): string;
  /** Asks it to end, and makes it end where it does not. */
  stop(): Promise<void>;
}

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  /** The file for what it prints. */
  readonly log: string;
  /** The only core that it may use; default: any. */
  readonly core?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Processes {
  /** Starts a server. Throws where there is no such program. */
  start(what: Start): Running;
  /** Runs a program to its end; gives what it printed. Rejects where it fails. */
  run(command: string, args: readonly string[], core?: number): Promise<string>;
  /** A process that a server of ours started: it is ended with ours. */
  adopt(pid: number): void;
  /** From now on all threads of a process may use this core only. */
  pin(pid: number, core: number): Promise<void>;
  /** They may use all cores again. */
  unpin(pid: number): Promise<void>;
}

/** Milliseconds that a process has to end by itself. */
const GRACE = 5000;

/** Nothing is started yet; what is then left is killed when this process ends. */
export function ownProcesses(): Processes {
  const alive = new Set<number>();
  process.on('exit', () => {
    for (const pid of alive) kill(pid, 'SIGKILL');
  });
  const launch = (
    what: Pick<Start, 'command' | 'args' | 'core' | 'environment'>,
    output: 'pipe' | number,
  ): { child: ChildProcess; pid: number; ended: Promise<string> } => {
    const pinned = what.core === undefined ? [] : ['taskset', '-c', String(what.core)];
    const [command = '', ...args] = [...pinned, what.command, ...what.args];
    const child = spawn(command, args, {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...what.environment },
    });
    const { pid } = child;
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    if (pid === undefined) throw new Error(`${command} can't be started`);
    alive.add(pid);
    void ended.then(() => alive.delete(pid));
    return { child, pid, ended };
  };
  async function run(command: string, args: readonly string[], core?: number): Promise<string> {
    const { child, ended } = launch({ command, args, ...(core !== undefined && { core }) }, 'pipe');
    let printed = '';
    let complained = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complained += text;
    });
    const how = await ended;
    if (how === 'exit code 0') return printed;
    throw new Error(`${command} ${args.join(' ')}: ${how}\n${complained}`);
  }
  return {
    start(what) {
      const log = openSync(what.log, 'w');
      const { pid, ended } = launch(what, log);
      closeSync(log);
      return {
        pid,
        ended,
        lastWords: () => readFileSync(what.log, 'utf8').trimEnd().split('\n').slice(-3).join('\n'),
        async stop() {
          if (alive.has(pid)) kill(pid, 'SIGTERM');
          const impatience = setTimeout(() => kill(pid, 'SIGKILL'), GRACE);
          await ended;
          clearTimeout(impatience);
        },
      };
    },
    run,
    adopt(pid) {
      alive.add(pid);
    },
    async pin(pid, core) {
      await run('taskset', ['-a', '-c', '-p', `${core}`, `${pid}`]);
    },
    async unpin(pid) {
      await run('taskset', ['-a', '-c', '-p', `0-${cpus().length - 1}`, `${pid}`]);
    },
  };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
