/**
 * The load generators in C, and what they report.
 */
import { CLIENT_CORE, type Stage } from './stage.js';

/** What is asked. */
export interface Question {
  readonly port: number;
  /** Its run of # is a random number below `names`. */
  readonly name: string;
  readonly names?: number;
  /** `random` for a random /24 in each query, or three octets; undefined: no EDNS. */
  readonly subnet?: string;
  /** Asks for signatures; there is a subnet then. */
  readonly dnssecOk?: boolean;
}

export interface Flood {
  readonly answered: number;
  readonly right: number;
  readonly lost: number;
  readonly perSecond: number;
  readonly cpuSeconds: number;
  readonly perCpuSecond: number;
  readonly octets: number;
  readonly scoped: number;
  readonly meanScope: number;
}

export interface FloodTerms {
  /** The server's, whose CPU time is read. */
  readonly pid: number;
  readonly seconds: number;
  /** Ends with so many answers. */
  readonly count?: number;
  /** Each answer is read, and must have so many addresses. */
  readonly answers?: number;
}

/** Asks as fast as the server answers. Rejects where its answers are wrong. */
export async function flood(
  { processes, programs }: Stage,
  asked: Question,
  { pid, seconds, count, answers }: FloodTerms,
): Promise<Flood> {
  const args = [...questionArgs(asked), '-P', `${pid}`, '-s', `${seconds}`];
  if (count !== undefined) args.push('-c', `${count}`);
  if (answers !== undefined) args.push('-a', `${answers}`);
  const result: Flood = JSON.parse(await processes.run(programs.flood, args, CLIENT_CORE));
  if (result.answered === 0) throw new Error(`port ${asked.port} answered nothing`);
  if (result.right < result.answered * 0.9999) {
    throw new Error(
      `port ${asked.port}: ${result.answered - result.right} of ${result.answered} answers are wrong`,
    );
  }
  return result;
}

/** Times are microseconds. */
export interface Pace {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  readonly wrong: number;
  /** Answers that took more than 5 ms. */
  readonly late: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly worst: number;
  /** The longest that the generator itself was kept waiting. */
  readonly ownLongestWait: number;
}

/** Asks at a steady rate, in queries a second. */
export async function pace(
  { processes, programs }: Stage,
  asked: Question,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<Pace> {
  const args = [...questionArgs(asked), '-r', `${Math.round(rate)}`, '-s', `${seconds}`];
  return JSON.parse(await processes.run(programs.pace, args, CLIENT_CORE));
}

function questionArgs({ port, name, names, subnet, dnssecOk }: Question): string[] {
  return [
    ...['-p', `${port}`, '-n', name],
    ...(names === undefined ? [] : ['-k', `${names}`]),
    ...(subnet === undefined ? [] : ['-e', subnet]),
    ...(dnssecOk === true ? ['-d'] : []),
  ];
}
