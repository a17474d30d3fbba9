/**
 * What importers make of other systems' files: zones as far as those files say them, with their comments, and a list of
 * what a person has to decide. Nothing here knows any of those systems.
 */
import { GeopoolError } from '../platform/errors.js';
import { type Fault, formatFault } from '../zone/faults.js';
import type { YamlEntry, YamlMapping, YamlValue } from '../zone/write-yaml.js';

/** What a zone is called whose files don't say it. */
export const STAND_IN_ZONE = 'dl.example.org';

/** A file that was read whole. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** What an importer is told besides. */
export interface ImportOptions {
  /** The zone that is meant, where a file does not say it; absolute, lower case, no trailing dot. */
  readonly zone?: string;
  /** Gives a file that another names; undefined where there is none. */
  readonly include?: (name: string, from: string) => SourceFile | undefined;
}

/** What an importer is: from files to the zones in them, at least one. Throws IMPORT_INVALID. */
export type Importer = (sources: readonly SourceFile[], options: ImportOptions) => readonly ImportedZone[];

/** Entries are as a zone file has them. */
export interface ImportedZone {
  /** Absent: the files don't say it. */
  readonly name?: string;
  /** Comments at the top. */
  readonly head: readonly string[];
  /** Absolute, no trailing dot; none: the files don't say it. */
  readonly ns: readonly string[];
  readonly soa?: YamlMapping;
  readonly ttl?: number;
  readonly orders?: readonly YamlEntry[];
  readonly pools: readonly YamlEntry[];
  readonly mirrors: readonly YamlEntry[];
  readonly records: readonly YamlEntry[];
  /** Comments that stood behind all else. */
  readonly tail: readonly string[];
  /** What a person has to decide. */
  readonly decisions: readonly Fault[];
}

/** A mapping of some keys; those that are undefined are left out. */
export function mapping(values: Readonly<Record<string, YamlValue | undefined>>): YamlMapping {
  return {
    entries: Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
  };
}

/** Ends an import: nothing sensible can be made of the file. */
export function refuse(file: string, line: number, message: string, column = 1): never {
  throw new GeopoolError('IMPORT_INVALID', formatFault({ file, line, column, message }));
}
