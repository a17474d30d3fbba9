/**
 * The outlines of countries, as scripts/outlines.js made them when the program was built.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** A country's shape as the path of an SVG, and its size on the map. */
export interface Outline {
  readonly path: string;
  readonly area: number;
}

const schema = z.record(z.string(), z.object({ path: z.string(), area: z.number() }));

let known: ReadonlyMap<string, Outline> | undefined;

/** By country; read when a map is first drawn. */
export function outlines(): ReadonlyMap<string, Outline> {
  known ??= new Map(
    Object.entries(
      schema.parse(JSON.parse(readFileSync(new URL('../http/outlines.json', import.meta.url), 'utf8'))),
    ),
  );
  return known;
}
