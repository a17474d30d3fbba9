/**
 * Zone files for tests: a sound one, any of whose sections a test may replace, and a mark that says where a fault is to
 * be found.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, formatFault } from '../../src/zone/faults.js';
import type { Zone } from '../../src/zone/model.js';
import { parseZone } from '../../src/zone/parse-zone.js';

export interface Sections {
  readonly zone?: string;
  readonly ns?: string;
  readonly pools?: string;
  readonly mirrors?: string;
  /** Further lines at the top level. */
  readonly more?: string;
}

const SOUND = {
  zone: 'zone: dl.example.org',
  ns: 'ns: [ns1.example.net]',
  pools: 'pools: { "@": {} }',
  mirrors: 'mirrors: { aurora: { addresses: [192.0.2.10] }, boreas: { addresses: [192.0.2.11] } }',
  more: '',
};

/** A sound zone file with some sections replaced; an empty one is left out. */
export function zoneText(sections: Sections = {}): string {
  return `${Object.values({ ...SOUND, ...sections })
    .filter((section) => section !== '')
    .join('\n')}\n`;
}

/** Takes the mark `⟦` out of a text: the rest, and where the mark was as `LINE:COL`. */
export function unmark(marked: string): { readonly text: string; readonly at: string } {
  const [before = '', after] = marked.split('⟦');
  if (after === undefined) throw new Error('the text has no mark');
  const lines = before.split('\n');
  return { text: before + after, at: `${lines.length}:${(lines.at(-1) ?? '').length + 1}` };
}

/** The zone of a text that should have one. */
export function soundZone(text: string): Zone {
  const parsed = parseZone(text, 'z.yaml');
  if ('faults' in parsed) throw new Error(parsed.faults.map(formatFault).join('\n'));
  return parsed.zone;
}

/** The faults of a text; none if it is sound. */
export function faultsOf(text: string): readonly Fault[] {
  const parsed = parseZone(text, 'z.yaml');
  return 'faults' in parsed ? parsed.faults : [];
}

/** The text of a zone file in test/fixtures/zones. */
export function fixture(name: string): string {
  return readFileSync(join(process.cwd(), 'test/fixtures/zones', name), 'utf8');
}
