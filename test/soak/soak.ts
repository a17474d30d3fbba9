/**
 * The soak: the real program for as long as one likes, in a network namespace, asked and flooded without end while all that a
 * month brings happens to it. What comes of it is figures, and breaches: a question that was lost, an answer that was wrong,
 * memory, descriptors or threads that grew.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as pass } from 'node:timers/promises';
import { seededRandom } from '../../src/platform/random.js';
import {
  descriptorCount,
  droppedDatagrams,
  residentMegabytes,
  threadCount,
} from '../bench/process-figures.js';
import { enter, layCable } from '../cable.js';
import type { Scope } from '../scope.js';
import { openRaw } from '../server/raw-datagram.js';
import { type Act, FINALE, PROGRAMME } from './acts.js';
import { type Audience, gather } from './audience.js';
import { unexplained } from './expectation.js';
import { courseOf } from './flatness.js';
import { type Flood, flood } from './flood.js';
import { openStage, SERVER, type Stage } from './stage.js';
import { pick } from './zone.js';

export interface SoakOptions {
  /**
   * Each act is played once, however long that takes; then others by chance until so many minutes have passed, and a few
   * more for the end.
   */
  readonly minutes: number;
  readonly seed: number;
  /** The most milliseconds for `status` and for an answer; absent: a machine may be as busy as it likes. */
  readonly late?: number;
  readonly say: (text: string) => void;
}

export interface Outcome {
  /** What was done and what was measured. */
  readonly figures: readonly (readonly [what: string, value: string])[];
  /** What a correct program does not do. */
  readonly breaches: readonly string[];
}

/** Megabytes of garbage that there may be more at one time than at another. */
const MEMORY_MARGIN = 96;
/** Milliseconds to wait for a process to come to rest. */
const REST = 3000;
/** Breaches of a kind that are told. */
const TOLD = 5;

/** Readings of the process, one after each act. */
interface Readings {
  readonly memory: number[];
  readonly descriptors: number[];
  readonly threads: number[];
}

/** Soaks the program. This process is in a namespace of its own from then on. */
export async function soak(
  scope: Scope,
  options: SoakOptions,
): Promise<Outcome | { readonly unavailable: string }> {
  const cable = layCable(scope, { inside: [`${SERVER}/24`], outside: [] });
  if ('unavailable' in cable) return cable;
  const raw = (await enter(cable.inside)) ?? (await openRaw());
  if ('unavailable' in raw) return raw;
  scope.teardown(() => raw.close());
  options.say('setting up');
  const stage = await openStage(scope, cable.inside);
  const audience = gather(stage, seededRandom(options.seed));
  const forgers = flood(raw, { to: SERVER, port: stage.server.port });
  scope.teardown(() => forgers.end());
  const readings: Readings = { memory: [], descriptors: [], threads: [] };
  const breaches = await perform(stage, audience, forgers, readings, options);
  forgers.end();
  await audience.end();
  return judge(stage, audience, forgers, readings, options, breaches);
}

/** Plays the programme; gives what went so wrong that it could not go on. */
async function perform(
  stage: Stage,
  audience: Audience,
  forgers: Flood,
  { memory, descriptors, threads }: Readings,
  { minutes, seed, say }: SoakOptions,
): Promise<string[]> {
  const { pid } = stage.server;
  const random = seededRandom(seed);
  const from = performance.now();
  const silence = async (): Promise<() => void> => {
    const endings = [forgers.pause(), await audience.pause()];
    return () => {
      for (const end of endings) end();
    };
  };
  const play = async (act: Act): Promise<void> => {
    await act({ stage, random, silence });
    await rest(pid, Math.min(...threads));
    memory.push(residentMegabytes(pid));
    descriptors.push(descriptorCount(pid));
    threads.push(threadCount(pid));
    const seconds = ((performance.now() - from) / 1000).toFixed(0);
    say(`${seconds.padStart(5)} s  ${memory.at(-1)?.toFixed(0).padStart(4)} MB  ${act.name}`);
  };
  let act: Act = pick(random, PROGRAMME);
  try {
    for (act of PROGRAMME) await play(act);
    while (performance.now() - from < minutes * 60_000) {
      act = pick(random, PROGRAMME);
      await play(act);
    }
    for (act of FINALE) await play(act);
    return [];
  } catch (error) {
    return [`${act.name}: ${String(error)}`];
  }
}

/** Waits a while for threads that end when their work is done, which take their memory with them. */
async function rest(pid: number, threads: number): Promise<void> {
  const until = performance.now() + REST;
  while (threadCount(pid) > threads && performance.now() < until) await pass(20);
}

async function judge(
  stage: Stage,
  audience: Audience,
  forgers: Flood,
  { memory, descriptors, threads }: Readings,
  { late = Number.POSITIVE_INFINITY }: SoakOptions,
  breaches: string[],
): Promise<Outcome> {
  const { server, expectation, done } = stage;
  const { lost, wrong } = audience;
  let dropped = 0;
  try {
    dropped = droppedDatagrams(server.pid, server.port);
    const { worker_deaths } = await stage.status();
    if (worker_deaths > 0) breaches.push(`${worker_deaths} workers died`);
  } catch (error) {
    breaches.push(`it says nothing any more: ${String(error)}`);
  }
  const end = await server.stop();
  const tell = (faults: readonly string[]): void => {
    breaches.push(...faults.slice(0, TOLD));
    if (faults.length > TOLD) breaches.push(`and ${faults.length - TOLD} more`);
  };
  tell(wrong);
  tell(unexplained(expectation.missed, server.log.lines));
  // A machine that keeps a thread from its turn for seconds loses datagrams, and says so.
  if (lost.length > dropped) tell(lost);
  if (end.code !== 0) breaches.push(`it ended with ${end.code ?? end.signal}`);
  const courses = [
    ['MB of memory', memory, MEMORY_MARGIN],
    ['descriptors', descriptors, 0],
    ['threads', threads, 0],
  ] as const;
  const flat = courses.map(([what, readings, margin]) => {
    const { warm, end, growth } = courseOf(readings, PROGRAMME.length);
    if (growth > margin) breaches.push(`${what} grew by ${growth.toFixed(0)}, from ${warm.toFixed(0)}`);
    return [`${what}: warmed up, at the end`, `${warm.toFixed(0)}, ${end.toFixed(0)}`] as const;
  });
  const times = [
    ['status, slowest', stage.slowestStatus()],
    ['answer, slowest', audience.slowest()],
  ] as const;
  for (const [what, ms] of times) if (ms > late) breaches.push(`${what}: ${ms.toFixed(0)} ms`);
  const figures = [
    ['questions', String(audience.asked())],
    ['lost, and for want of room in the kernel', `${lost.length}, ${dropped}`],
    ['wrong answers', String(wrong.length)],
    ['questions forged', String(forgers.forged())],
    ...[...done].map(([what, times]) => [what, String(times)] as const),
    ...times.map(([what, ms]) => [what, `${ms.toFixed(0)} ms`] as const),
    ...flat,
  ] as const;
  return { figures, breaches };
}
