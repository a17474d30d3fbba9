/**
 * Sections as Markdown, and into a file that keeps its prose: what stands between two comments with a section's name
 * is replaced, everything else stays as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Section } from './part.js';

export function formatSection({ title, blocks }: Section): string {
  return [`### ${title}`, ...blocks].join('\n\n');
}

/** Replaces the named pieces of a file. Throws where it has no place for one. */
export function writePieces(path: string, pieces: ReadonlyMap<string, string>): void {
  let text = readFileSync(path, 'utf8');
  for (const [name, piece] of pieces) {
    const begin = `<!-- measured: ${name} -->`;
    const end = `<!-- end of ${name} -->`;
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${path} has no place for "${name}": ${begin} and ${end}`);
    text = `${text.slice(0, from)}${begin}\n\n${piece}\n\n${text.slice(to)}`;
  }
  writeFileSync(path, text);
}
