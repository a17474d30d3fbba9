/**
 * The inputs that are kept between runs: a text file for each target, one input a line in base64, the shortest first.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Octets of inputs that a file has at the most. */
const MOST = 24 * 1024;

function fileOf(target: string): string {
  return join(process.cwd(), 'test', 'fuzz', 'corpus', `${target}.txt`);
}

export function readCorpus(target: string): Uint8Array[] {
  const file = fileOf(target);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => new Uint8Array(Buffer.from(line, 'base64')));
}

/** Keeps the first of these inputs, as many as there is room for. */
export function writeCorpus(target: string, inputs: readonly Uint8Array[]): number {
  let room = MOST;
  const kept = inputs.filter(({ length }) => {
    room -= length;
    return room >= 0;
  });
  const lines = kept.map((input) => `${Buffer.from(input).toString('base64')}\n`);
  writeFileSync(fileOf(target), lines.join(''));
  return kept.length;
}
