/**
 * What an importer makes of texts, as the program would write it, and held to what any import must be: a zone that `check`
 * finds nothing wrong with, in the form that `fmt` gives.
 */
import type { Importer, ImportOptions } from '../../src/import/imported.js';
import { writeZone } from '../../src/import/write-zone.js';
import { formatZone } from '../../src/zone/canonical-yaml.js';
import { formatFault } from '../../src/zone/faults.js';
import type { Zone } from '../../src/zone/model.js';
import { parseZone } from '../../src/zone/parse-zone.js';
import { warningsOf } from '../../src/zone/warnings/rules.js';
import { SURROUNDINGS } from '../zone/warnings/surroundings.js';

export interface ImportedText {
  readonly text: string;
  readonly zone: Zone;
  /** `LINE: MESSAGE`. */
  readonly decisions: readonly string[];
}

/** Imports texts by their names; throws where what comes is not as it must be. */
export function importText(
  importer: Importer,
  texts: Readonly<Record<string, string>>,
  options: ImportOptions = {},
): ImportedText {
  const sources = Object.entries(texts).map(([file, text]) => ({ file, text }));
  const zones = importer(sources, options);
  const chosen = zones.find(({ name }) => name === options.zone) ?? zones[0];
  if (chosen === undefined) throw new Error('no zone');
  const { text } = writeZone(chosen, options.zone, 'source');
  const parsed = parseZone(text, 'made');
  if ('faults' in parsed) throw new Error(`${parsed.faults.map(formatFault).join('\n')}\n${text}`);
  const { zone } = parsed;
  const warnings = warningsOf(
    { zone, text, file: 'made' },
    {
      ...SURROUNDINGS,
      now: Date.parse('2026-01-01'),
      zones: [zone],
      subdivisions: () => subdivisionsIn(zone),
    },
  );
  if (warnings.length > 0) throw new Error(`${warnings.map(formatFault).join('\n')}\n${text}`);
  const formatted = formatZone(text, 'made');
  if (!('text' in formatted) || formatted.text !== text) throw new Error(`fmt would change it:\n${text}`);
  return { text, zone, decisions: chosen.decisions.map(({ line, message }) => `${line}: ${message}`) };
}

/** As if the location database had all that the zone names. */
function subdivisionsIn({ orders }: Zone): ReadonlySet<string> {
  return new Set(
    orders.flatMap(({ lists }) => lists.flatMap((list) => (list.by === 'subdivisions' ? [list.key] : []))),
  );
}
