/**
 * The verb `import`: prints a zone file made from another system's files on standard output, and what a person has to decide
 * on standard error.
 */

import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { importBind } from '../import/bind.js';
import type { Format } from '../import/formats.js';
import { importGdnsd } from '../import/gdnsd.js';
import type { ImportedZone, Importer, SourceFile } from '../import/imported.js';
import { importMirrorbits } from '../import/mirrorbits.js';
import { importMirrorsJson } from '../import/mirrors-json.js';
import { importPowerdns } from '../import/powerdns.js';
import { resolvedMirrors } from '../import/resolved.js';
import { writeZone } from '../import/write-zone.js';
import { GeopoolError } from '../platform/errors.js';
import { faultOfFile, formatFault, sortFaults } from '../zone/faults.js';
import { readName } from '../zone/names.js';
import { parseZone } from '../zone/parse-zone.js';
import { readText } from '../zone/zone-files.js';
import { print, printError } from './output.js';
import { resolveHosts } from './resolve-hosts.js';
import { readSettings } from './settings.js';

const IMPORTERS: { readonly [F in Format]: Importer } = {
  bind: importBind,
  gdnsd: importGdnsd,
  mirrorbits: importMirrorbits,
  'mirrors.json': importMirrorsJson,
  powerdns: importPowerdns,
};

export interface ImportFlags {
  readonly zone?: string;
  /** Look up the addresses of mirrors that are given by host name. */
  readonly resolve?: boolean;
  readonly config?: string;
}

/** Prints one zone. Returns 1 if it is not a valid zone; rejects with IMPORT_INVALID if a file can't be imported. */
export async function importFiles(
  format: Format,
  files: readonly string[],
  flags: ImportFlags,
): Promise<number> {
  const stated = flags.zone === undefined ? undefined : zoneName(flags.zone);
  const zones = IMPORTERS[format](files.map(readSource), {
    ...(stated !== undefined && { zone: stated }),
    include: readIncluded,
  });
  const file = files[0] ?? format;
  const zone = chosen(zones, stated);
  const others =
    zones.length < 2 ? [] : [faultOfFile(file, `import each of these zones with --zone: ${namesOf(zones)}`)];
  const read = writeZone(zone, stated, file);
  const written = flags.resolve
    ? writeZone({ ...zone, mirrors: await resolved(zone, read.text, flags) }, stated, file)
    : read;
  print(...written.text.trimEnd().split('\n'));
  const decisions = sortFaults([...others, ...zone.decisions, ...written.decisions]);
  printError(...new Set(decisions.map(formatFault)));
  const parsed = parseZone(written.text, 'the zone above');
  if (!('faults' in parsed)) return 0;
  printError(...parsed.faults.map(formatFault));
  return 1;
}

async function resolved(
  { mirrors }: ImportedZone,
  text: string,
  { config }: ImportFlags,
): Promise<ImportedZone['mirrors']> {
  const parsed = parseZone(text, '');
  if ('faults' in parsed) return mirrors;
  return resolvedMirrors(
    mirrors,
    await resolveHosts([parsed.zone], readSettings(config === undefined ? {} : { config })),
  );
}

function zoneName(text: string): string {
  const name = readName(text);
  if (typeof name === 'string') return name;
  throw new GeopoolError('USAGE', `--zone: ${name.fault}`);
}

function readSource(file: string): SourceFile {
  const read = readText(file);
  if ('text' in read) return { file, text: read.text };
  const { fault: message, ...at } = read;
  throw new GeopoolError('IMPORT_INVALID', formatFault({ file, ...at, message }));
}

/** A file that the file `from` includes, relative to its directory; undefined if there is none. */
function readIncluded(name: string, from: string): SourceFile | undefined {
  const file = resolve(dirname(from), name);
  return existsSync(file) ? readSource(file) : undefined;
}

/** The only zone; of several, the one named `stated`, or else the first. Throws USAGE if none has that name. */
function chosen(zones: readonly ImportedZone[], stated: string | undefined): ImportedZone {
  const [first, second] = zones;
  const found =
    second === undefined || stated === undefined ? first : zones.find(({ name }) => name === stated);
  if (found !== undefined) return found;
  throw new GeopoolError('USAGE', `--zone: there is no zone ${stated}, but there are ${namesOf(zones)}`);
}

function namesOf(zones: readonly ImportedZone[]): string {
  return zones.flatMap(({ name }) => name ?? []).join(', ');
}
