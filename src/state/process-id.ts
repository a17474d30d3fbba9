/**
 * Telling one process from another that later got the same number: by the time it started and the boot it started in,
 * where /proc says so. A number alone would keep a dead holder's lock for as long as anybody has its number. Containers
 * with PID namespaces of their own don't see each other's processes, so they must not share a directory.
 */
import { readFile } from 'node:fs/promises';
import { codeOf } from '../platform/errors.js';

export interface ProcessId {
  readonly pid: number;
  /** Clock ticks from boot to the process' start; missing where there is no /proc. */
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

/** Whether that very process still runs. Where it can't be told apart from another of its number: yes. */
export async function isRunning(id: ProcessId): Promise<boolean> {
  const boot = await bootId();
  if (id.boot !== undefined && boot !== undefined && id.boot !== boot) return false;
  const stat = await statOf(id.pid);
  if (stat === undefined) return answersSignals(id.pid);
  // Zombies hold their number and nothing else.
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return id.start === undefined || id.start === stat.start;
}

/** State and start time from proc_pid_stat(5), fields 3 and 22; the name in field 2 may hold blanks and parentheses. */
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

/** Undefined for a process that is gone, that /proc hides from us, and where there is no /proc. */
async function readProc(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** EPERM is the answer about somebody else's process: it is there. */
function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
