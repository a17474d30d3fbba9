/**
 * Zones from files: from a directory, or from files given by name. A wrong file does not take its zone down. Its last good
 * copy is served, and marked as stale, until the file is right again. A second file for the same zone does not take it
 * down either. All calls block, as they run in a worker or a verb.
 */
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ZoneKeys } from '../dnssec/keys.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { readPlainSync } from '../state/plain-file.js';
import { decodeText } from './decode-text.js';
import { type Fault, faultOfFile } from './faults.js';
import type { Zone } from './model.js';
import { type ParsedZone, parseZone, type WrongZone } from './parse-zone.js';
import { MAX_BYTES } from './read-yaml.js';
import type { TextFault } from './text-fault.js';
import type { Position } from './tree.js';

export const ZONE_FILE = /^[^.].*\.ya?ml$/;

/** At most this many names are listed. */
const MOST_NAMES = 8;

export interface LoadedZone {
  readonly zone: Zone;
  /** The text that the zone was read from: the file's, or that of its last good copy. */
  readonly text: string;
  readonly file: string;
  /** What is wrong with the current file. The zone is then from the copy. */
  readonly stale?: readonly Fault[];
  /** The keys of a zone that is to be signed, once `withKeys` has read them. */
  readonly keys?: ZoneKeys;
  /** What is wrong with the current key file. `keys` are then the earlier ones. */
  readonly keyFaults?: readonly Fault[];
}

/** A file that yields no zone, not even from a copy. */
export interface RefusedFile {
  readonly file: string;
  readonly faults: readonly Fault[];
  /** The name of its zone, if that can be read and no other file has it. Nothing of that zone can be served. */
  readonly zone?: string;
}

/** Both in the order of the files. */
export interface ZoneFiles {
  readonly loaded: readonly LoadedZone[];
  readonly refused: readonly RefusedFile[];
}

export interface ZoneSource {
  readonly directory: string;
  /** Where `keepGood` has put copies. */
  readonly keep?: string;
  /** What is served now. This takes precedence over the copies, which may not have been written. */
  readonly remember?: readonly { readonly file: string; readonly text: string }[];
}

/**
 * Loads all `*.yaml` and `*.yml` files of a directory, except hidden ones. For a wrong file, its last good version is
 * used. Throws ZONE_INVALID if the directory can't be listed or holds no such file: an unmounted or mistyped directory
 * must not look like the wish to serve nothing. At a start, it loads the last good copies of all files instead of
 * throwing, if there are any.
 */
export function loadZoneDirectory(source: ZoneSource): ZoneFiles {
  const past = openPast(source);
  try {
    return decide(zoneFilesIn(source.directory).map(readFile), past);
  } catch (error) {
    if (!(error instanceof GeopoolError) || source.remember !== undefined) throw error;
    const faults = [faultOfFile(source.directory, error.message)];
    const left = decide(
      past.files().map((file) => ({ file, faults })),
      past,
    );
    if (left.loaded.length === 0) throw error;
    return left;
  }
}

/**
 * Reads zone files by name, each file once. `check` and `loadZoneDirectory` agree on what is wrong. If `keep` names a
 * directory of copies, these decide only which file a zone is from when two files have it.
 */
export function parseFiles(files: readonly string[], keep?: string): ZoneFiles {
  const reads = [...new Map(files.map((file) => [resolve(file), file] as const)).values()].map(readFile);
  if (keep === undefined) return decide(reads, NO_PAST);
  const good = new Set(reads.flatMap((read) => ('zone' in read ? read.file : [])));
  const { served } = openPast({ directory: '', keep });
  return decide(reads, { ...NO_PAST, served: (file) => (good.has(file) ? served(file) : undefined) });
}

/** The paths of a directory's zone files, sorted. Throws like `loadZoneDirectory`. */
export function zoneFilesIn(directory: string): readonly string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    const message = `can't list the zones directory ${directory}: ${describeError(error)}; name another with --zones`;
    throw new GeopoolError('ZONE_INVALID', message, { cause: error });
  }
  const files = names.filter((name) => ZONE_FILE.test(name)).sort();
  if (files.length === 0) {
    const message = `the zones directory ${directory} holds no zone file: put one there, named such as dl.example.org.yaml`;
    throw new GeopoolError('ZONE_INVALID', message);
  }
  return files.map((name) => join(directory, name));
}

/** What else is in the directory and is not read, except hidden files. Undefined if there is nothing else. */
export function describeIgnored(directory: string): string | undefined {
  let names: readonly string[];
  try {
    names = readdirSync(directory).filter((name) => !ZONE_FILE.test(name) && !name.startsWith('.'));
  } catch {
    // The code that reads zones from it reports this.
    return undefined;
  }
  if (names.length === 0) return undefined;
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `ignored in ${directory}, where only *.yaml and *.yml are read: ${[...names].sort().slice(0, MOST_NAMES).join(', ')}${more}`;
}

/** A zone as a file has it now, or had it last. */
type Claim = Pick<LoadedZone, 'zone' | 'text'>;
type Parsed = (Claim & Pick<ParsedZone, 'nameAt'>) | WrongZone;
type Read = { readonly file: string } & Parsed;

/** The earlier state. Undefined for a file of which nothing is left, or nothing that this version accepts. */
interface Past {
  /** The files that zones were served from. */
  readonly files: () => readonly string[];
  /** What is served of a file. At a start, this is assumed to be what the copies hold. */
  readonly served: (file: string) => Claim | undefined;
  /** Its last good copy. */
  readonly copy: (file: string) => Claim | undefined;
}

const NO_PAST: Past = { files: () => [], served: () => undefined, copy: () => undefined };

/**
 * Decides which file each zone is from. What is served stays: a file that has served the zone, even by its last good copy,
 * comes first. The other good files come next, in order. Zones that are left come from copies: the file's own, or that of
 * a file that is gone, which covers a file that was renamed and broken at once.
 */
function decide(files: readonly Read[], past: Past): ZoneFiles {
  const loaded = new Map<string, LoadedZone>();
  const owners = new Map<string, string>();
  const take = ({ zone, text }: Claim, file: string, stale?: readonly Fault[]): boolean => {
    if (owners.has(zone.name)) return false;
    owners.set(zone.name, file);
    loaded.set(file, { zone: { ...zone, file }, text, file, ...(stale !== undefined && { stale }) });
    return true;
  };

  const isContested = contestedIn(files, past);
  const newcomers = files.filter((read) => {
    if ('zone' in read && !isContested(read.zone.name)) return !take(read, read.file);
    const before = past.served(read.file);
    if ('faults' in read) return before === undefined || !take(before, read.file, read.faults);
    return before?.zone.name !== read.zone.name || !take(read, read.file);
  });
  const wrong = newcomers.flatMap((read): Omit<RefusedFile & WrongZone, 'zone'> | readonly [] => {
    if ('faults' in read) return read;
    const { file, nameAt, zone } = read;
    if (take(read, file)) return [];
    const message = `the zone ${zone.name} is already that of ${owners.get(zone.name)}`;
    return { file, faults: [{ file, ...nameAt, message }], name: zone.name };
  });
  const here = new Set(files.map(({ file }) => file));
  const gone = wrong.length === 0 ? [] : past.files().filter((file) => !here.has(file));
  const refused = wrong.filter(({ file, faults, name }) => {
    const renamed = gone.map(past.served).filter((claim) => claim?.zone.name === name);
    const copies = [past.served(file), past.copy(file), ...renamed];
    return !copies.some((copy) => copy !== undefined && take(copy, file, faults));
  });
  return {
    loaded: files.flatMap(({ file }) => loaded.get(file) ?? []),
    refused: refused.map(({ file, faults, name }) => ({
      file,
      faults,
      ...(name !== undefined && !owners.has(name) && { zone: name }),
    })),
  };
}

/** Returns whether several files claim a zone. A wrong file claims the zone of its last good copy. */
function contestedIn(files: readonly Read[], past: Past): (zone: string) => boolean {
  const claims = new Map<string, number>();
  for (const read of files) {
    const name = ('zone' in read ? read : past.served(read.file))?.zone.name;
    if (name !== undefined) claims.set(name, (claims.get(name) ?? 0) + 1);
  }
  return (zone) => (claims.get(zone) ?? 0) > 1;
}

function openPast({ directory, keep, remember }: ZoneSource): Past {
  const copy = onceEach((file) =>
    keep === undefined ? undefined : goodOf(readAt(join(keep, basename(file)), file)),
  );
  if (remember === undefined) {
    return { files: () => copiesIn(keep).map((name) => join(directory, name)), served: copy, copy };
  }
  const texts = new Map(remember.map(({ file, text }) => [file, text]));
  const served = onceEach((file) => {
    const text = texts.get(file);
    return text === undefined ? undefined : goodOf(parse(text, file));
  });
  return { files: () => [...texts.keys()], served, copy };
}

function onceEach<T>(read: (file: string) => T): (file: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (file) => {
    const found = known.get(file) ?? { value: read(file) };
    known.set(file, found);
    return found.value;
  };
}

function goodOf(parsed: Parsed): Claim | undefined {
  return 'zone' in parsed ? parsed : undefined;
}

function copiesIn(directory: string | undefined): readonly string[] {
  try {
    return directory === undefined
      ? []
      : readdirSync(directory)
          .filter((name) => ZONE_FILE.test(name))
          .sort();
  } catch {
    // Nothing was ever kept, or nothing can be: the code that keeps copies reports that.
    return [];
  }
}

function readFile(file: string): Read {
  return { file, ...readAt(file, file) };
}

/** Reads and parses the file at `path`. Faults and the zone call it `file`. */
function readAt(path: string, file: string): Parsed {
  const read = readText(path);
  if ('text' in read) return parse(read.text, file);
  const { fault: message, ...at } = read;
  return { faults: [{ file, ...at, message }] };
}

function parse(text: string, file: string): Parsed {
  const parsed = parseZone(text, file);
  return 'faults' in parsed ? parsed : { ...parsed, text };
}

/** The text of a zone file, or of a copy. */
export function readText(path: string): { readonly text: string } | (TextFault & Position) {
  try {
    return decodeText(readPlainSync(path, MAX_BYTES));
  } catch (error) {
    return { line: 1, column: 1, fault: `the file can't be read: ${describeError(error)}` };
  }
}
