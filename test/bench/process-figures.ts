/**
 * What the kernel says of a process (proc(5)).
 */
import { readFileSync } from 'node:fs';

/** The unit of times in /proc, which is 100 on every Linux that Node runs on. */
const TICKS = 100;

/** The CPU time that a process has used, in seconds, to 10 ms. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name, which may hold spaces; the third follows its bracket. utime and stime are 14 and 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** The memory that is resident, in MB of 10^6 octets. */
export function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}
