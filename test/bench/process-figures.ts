/**
 * What the kernel says of a process (proc(5)).
 */
import { readdirSync, readFileSync } from 'node:fs';

/** The CPU time that the threads of a process have used, in seconds. One that has ended is no longer counted. */
export function cpuSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`).map(Number);
  return threads.reduce((sum, thread) => sum + threadSeconds(pid, thread), 0);
}

/** The CPU time that one thread of a process has used, in seconds. */
export function threadSeconds(pid: number, thread: number): number {
  // Time on a CPU, time waiting for one, and turns.
  const [running] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
  return Number(running) / 1e9;
}

/** The memory that is resident, in MB of 10^6 octets. */
export function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}

/** How many descriptors it has open, and how many threads it has. */
export function descriptorCount(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

export function threadCount(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).length;
}

/** Datagrams that the kernel had no room for, of the sockets with that port where a process is (IPv4). */
export function droppedDatagrams(pid: number, port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync(`/proc/${pid}/net/udp`, 'utf8').trim().split('\n').slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .reduce((sum, [, local = '', ...rest]) => sum + (local.endsWith(suffix) ? Number(rest.at(-1)) : 0), 0);
}
