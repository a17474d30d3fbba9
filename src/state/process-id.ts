/**
 * Tells a process from a later one with the same pid: by its start time and the boot that it started in, if /proc has them.
 * By pid alone, a dead holder's lock would be kept for as long as any process has that pid. Containers with PID namespaces
 * of their own do not see each other's processes, so they must not share a directory.
 */
import { readFile } from 'node:fs/promises';
import { codeOf } from '../platform/errors.js';

export interface ProcessId {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; missing without /proc. */
  readonly start?: string;
  /** The kernel's random name for this boot. */
  readonly boot?: string;
}

/** This process. */
export async function whoAmI(): Promise<ProcessId> {
  const start = (await statOf(process.pid))?.start;
  const boot = await bootId();
  return {
    pid: process.pid,
    ...(start === undefined ? {} : { start }),
    ...(boot === undefined ? {} : { boot }),
  };
}

/** Whether that very process still runs. If it can't be told from another one with its pid: yes. */
export async function isRunning(id: ProcessId): Promise<boolean> {
  const boot = await bootId();
  if (id.boot !== undefined && boot !== undefined && id.boot !== boot) return false;
  const stat = await statOf(id.pid);
  if (stat === undefined) return answersSignals(id.pid);
  // Zombies hold their pid and nothing else.
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return id.start === undefined || id.start === stat.start;
}

/** State and start time from proc_pid_stat(5), fields 3 and 22. The name in field 2 may have blanks and parentheses in it. */
async function statOf(pid: number): Promise<{ state: string; start: string } | undefined> {
  const text = await readProc(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const start = fields[19];
  return state === undefined || start === undefined ? undefined : { state, start };
}

async function bootId(): Promise<string | undefined> {
  return (await readProc('/proc/sys/kernel/random/boot_id'))?.trim();
}

/** Undefined if the process is gone, if /proc hides it from us, or if there is no /proc. */
async function readProc(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** EPERM is the answer for another user's process: it exists. */
function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
