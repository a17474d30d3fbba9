/**
 * What the kernel says of a process (proc(5)).
 */
import { readdirSync, readFileSync } from 'node:fs';

/** The CPU time that the threads of a process have used, in seconds. One that has ended is no longer counted. */
export function cpuSeconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(tasks).map((task) => {
    // Time on a CPU, time waiting for one, and turns.
    const [running] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ');
    return Number(running);
  });
  return nanoseconds.reduce((sum, own) => sum + own, 0) / 1e9;
}

/** The memory that is resident, in MB of 10^6 octets. */
export function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}
