/**
 * What importers make of other systems' files: zones, as far as the files describe them, with their comments, and a list
 * of decisions for the operator. Nothing here is specific to one of those systems.
 */
import { GeopoolError } from '../platform/errors.js';
import { type Fault, formatFault } from '../zone/faults.js';
import type { YamlEntry, YamlMapping, YamlValue } from '../zone/write-yaml.js';

/** The name of a zone whose files don't give one. */
export const STAND_IN_ZONE = 'dl.example.org';

/** A source file and its text. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** Further input of an importer. */
export interface ImportOptions {
  /** The name of the zone, if a file does not give it; absolute, lower case, no trailing dot. */
  readonly zone?: string;
  /** Returns a file that another one includes. Undefined if there is none. */
  readonly include?: (name: string, from: string) => SourceFile | undefined;
}

/** An importer: returns the zones in some files, at least one. Throws IMPORT_INVALID. */
export type Importer = (sources: readonly SourceFile[], options: ImportOptions) => readonly ImportedZone[];

/** Entries are in the form of a zone file. */
export interface ImportedZone {
  /** Absent: the files don't give it. */
  readonly name?: string;
  /** Comments at the top. */
  readonly head: readonly string[];
  /** Absolute, no trailing dot. Empty: the files don't give them. */
  readonly ns: readonly string[];
  readonly soa?: YamlMapping;
  readonly ttl?: number;
  readonly orders?: readonly YamlEntry[];
  readonly pools: readonly YamlEntry[];
  readonly mirrors: readonly YamlEntry[];
  readonly records: readonly YamlEntry[];
  /** Comments that came after everything else. */
  readonly tail: readonly string[];
  /** What the operator must decide. */
  readonly decisions: readonly Fault[];
}

/** A mapping with some keys. Undefined values are left out. */
export function mapping(values: Readonly<Record<string, YamlValue | undefined>>): YamlMapping {
  return {
    entries: Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
  };
}

/** Aborts the import, as nothing sensible can be made of the file. */
export function refuse(file: string, line: number, message: string, column = 1): never {
  throw new GeopoolError('IMPORT_INVALID', formatFault({ file, line, column, message }));
}
