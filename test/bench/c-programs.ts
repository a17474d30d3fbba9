/**
 * The programs in C: what must cost the machine as little as possible beside the servers that are measured.
 */
import { join } from 'node:path';
import type { Processes } from './processes.js';

const PROGRAMS = ['flood', 'pace', 'floor'] as const;

export type CProgram = (typeof PROGRAMS)[number];

/** Compiles them into a directory; gives their paths. */
export async function compilePrograms(
  { run }: Processes,
  directory: string,
): Promise<Record<CProgram, string>> {
  const compile = async (name: CProgram): Promise<string> => {
    const path = join(directory, name);
    await run('gcc', ['-O2', '-Wall', '-o', path, join(process.cwd(), 'test/bench/c', `${name}.c`)]);
    return path;
  };
  const [flood, pace, floor] = await Promise.all([compile('flood'), compile('pace'), compile('floor')]);
  return { flood, pace, floor };
}
