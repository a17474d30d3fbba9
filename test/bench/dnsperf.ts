/**
 * dnsperf: queries over streams, from twenty connections that are kept open.
 */
import { cpuSeconds } from './process-figures.js';
import type { Server } from './servers/server.js';
import { CLIENT_CORE, type Stage } from './stage.js';

/** Answers for each second of the server's CPU time, over TCP or TLS (`dot`). Rejects where answers are missing. */
export async function askOverStream(
  { options, processes }: Stage,
  { name, pid }: Server,
  mode: 'tcp' | 'dot',
  port: number,
  questions: string,
): Promise<number> {
  const before = cpuSeconds(pid);
  const report = await processes.run(
    'dnsperf',
    [
      ...['-m', mode, '-s', '127.0.0.1', '-p', `${port}`, '-d', questions],
      ...['-c', '20', '-q', '1000', '-l', `${options.seconds}`],
    ],
    CLIENT_CORE,
  );
  const used = cpuSeconds(pid) - before;
  const [, completed = ''] = /Queries completed:\s+(\d+)/.exec(report) ?? [];
  const [, lost = ''] = /Queries lost:\s+(\d+)/.exec(report) ?? [];
  if (Number(completed) === 0 || Number(lost) > Number(completed) / 1000) {
    throw new Error(`${name} answered ${completed} queries over ${mode}, and lost ${lost}`);
  }
  return Number(completed) / used;
}
