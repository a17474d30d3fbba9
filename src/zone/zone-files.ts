/**
 * Zones from files: a directory of them, or some by name. A file that is wrong does not take its zone down; its last
 * good copy is served until it is right again, and says so. Blocking calls, for they run in a worker or a verb.
 */
import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describeError, GeopoolError } from '../errors.js';
import { ensureDirectorySync, writeDurablySync } from '../state/durable-file.js';
import { readPlainSync } from '../state/plain-file.js';
import { type Fault, faultOfFile } from './faults.js';
import type { Zone } from './model.js';
import { type ParsedZone, parseZone } from './parse-zone.js';
import { MAX_BYTES } from './read-yaml.js';

const ZONE_FILE = /^[^.].*\.ya?ml$/;
/** What `writeDurablySync` writes beside a zone file. */
const UNFINISHED = /^\..*\.ya?ml\.\d+\.tmp$/;

export interface LoadedZone {
  readonly zone: Zone;
  /** What it was read from: the file's text, or that of its last good copy. */
  readonly text: string;
  readonly file: string;
  /** What is wrong with the file as it is now; the zone is then from the copy. */
  readonly stale?: readonly Fault[];
}

/** A file that gives no zone, not even from a copy. */
interface RefusedFile {
  readonly file: string;
  readonly faults: readonly Fault[];
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
  /** What is served now, which goes before those copies: they may not have been written. */
  readonly remember?: readonly { readonly file: string; readonly text: string }[];
}

/**
 * Loads all `*.yaml` and `*.yml` of a directory, hidden ones aside; a wrong one is as it was when it was last good. Throws
 * ZONE_INVALID where the directory can't be listed or holds no such file: an unmounted or mistyped directory must not
 * look like the wish to serve nothing, neither at a start nor at a reload.
 */
export function loadZoneDirectory(source: ZoneSource): ZoneFiles {
  return readFiles(zoneFilesIn(source.directory), source);
}

/** Reads zone files by name, without copies, each file once: `check` and `loadZoneDirectory` agree on what is wrong. */
export function parseFiles(files: readonly string[]): ZoneFiles {
  return readFiles([...new Map(files.map((file) => [resolve(file), file] as const)).values()]);
}

/**
 * Keeps copies of what is served now, for `loadZoneDirectory` to fall back to, and removes those of other files. A copy
 * is replaced in one step, and only where it differs; where something is in the way of one, the others are kept. Throws
 * STATE_UNUSABLE then, where the directory can't be written, and where it is one that zone files are read from: there,
 * removing a copy would be removing an operator's file.
 */
export function keepGood(directory: string, loaded: readonly LoadedZone[]): void {
  try {
    ensureDirectorySync(directory);
    const here = realpathSync(directory);
    if (loaded.some(({ file }) => existsSync(file) && realpathSync(dirname(file)) === here)) {
      throw new Error('zone files are read from there; name another state directory');
    }
    const kept = new Set(
      readdirSync(directory).filter((name) => ZONE_FILE.test(name) || UNFINISHED.test(name)),
    );
    const faults: string[] = [];
    const attempt = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        faults.push(describeError(error));
      }
    };
    for (const { file, text } of loaded) {
      const name = basename(file);
      const path = join(directory, name);
      const read = kept.delete(name) ? readText(path) : undefined;
      if (read === undefined || !('text' in read) || read.text !== text) {
        attempt(() => writeDurablySync(path, text));
      }
    }
    // What is left are copies of files that are gone, and pieces of copies from processes that were killed.
    for (const name of kept) attempt(() => rmSync(join(directory, name), { force: true }));
    if (faults.length > 0) throw new Error(faults.join('; '));
  } catch (error) {
    const message = `can't keep copies of the zone files in ${directory}: ${describeError(error)}`;
    throw new GeopoolError('STATE_UNUSABLE', message, { cause: error });
  }
}

/** The paths of a directory's zone files, sorted. Throws as `loadZoneDirectory` does. */
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

type Parsed = (ParsedZone & { readonly text: string }) | { readonly faults: readonly Fault[] };

function readFiles(files: readonly string[], good: Pick<ZoneSource, 'keep' | 'remember'> = {}): ZoneFiles {
  const owners = new Map<string, string>();
  const loaded = new Map<string, LoadedZone>();
  const wrong = new Map<string, readonly Fault[]>();
  for (const file of files) {
    const parsed = readZoneFile(file, file);
    if ('faults' in parsed) {
      wrong.set(file, parsed.faults);
      continue;
    }
    const { zone, text, nameAt } = parsed;
    const owner = owners.get(zone.name);
    if (owner !== undefined) {
      wrong.set(file, [{ file, ...nameAt, message: `the zone ${zone.name} is already that of ${owner}` }]);
      continue;
    }
    owners.set(zone.name, file);
    loaded.set(file, { zone, text, file });
  }
  // Copies come second: what a file says now goes before what another one used to say.
  const refused: RefusedFile[] = [];
  for (const [file, faults] of wrong) {
    const copy = lastGood(file, good);
    if (copy === undefined || owners.has(copy.zone.name)) {
      refused.push({ file, faults });
      continue;
    }
    owners.set(copy.zone.name, file);
    loaded.set(file, { ...copy, file, stale: faults });
  }
  return { loaded: files.flatMap((file) => loaded.get(file) ?? []), refused };
}

/** The zone of `file` as it was last good; undefined where nothing is left of it, or nothing this version accepts. */
function lastGood(
  file: string,
  { keep, remember = [] }: Pick<ZoneSource, 'keep' | 'remember'>,
): { zone: Zone; text: string } | undefined {
  const text = remember.find((served) => served.file === file)?.text;
  const parsed =
    text !== undefined
      ? { ...parseZone(text, file), text }
      : keep === undefined
        ? { faults: [] }
        : readZoneFile(join(keep, basename(file)), file);
  return 'faults' in parsed ? undefined : { zone: parsed.zone, text: parsed.text };
}

/** Reads and parses the file at `path`, which faults and the zone call `file`. */
function readZoneFile(path: string, file: string): Parsed {
  const read = readText(path);
  if ('fault' in read) return { faults: [faultOfFile(file, read.fault)] };
  const parsed = parseZone(read.text, file);
  return 'faults' in parsed ? parsed : { ...parsed, text: read.text };
}

function readText(path: string): { readonly text: string } | { readonly fault: string } {
  try {
    const bytes = readPlainSync(path, MAX_BYTES);
    if (!isUtf8(bytes)) return { fault: 'the file is not in UTF-8: save it in that encoding' };
    return { text: bytes.toString('utf8') };
  } catch (error) {
    return { fault: `the file can't be read: ${describeError(error)}` };
  }
}
