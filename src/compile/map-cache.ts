/**
 * Maps that were worked out before, so that a start or a reload which changes neither databases nor mirrors' places need
 * not read a database at all: with one the size of a city database that is a second less. A file is used only if it was
 * made by this version from the very same databases and geography, and is whole; anything else is worked out again.
 */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { GeoSources } from '../geo/geo-sources.js';
import { ensureChildSync, writeDurablySync } from '../state/durable-file.js';
import { readPlainSync } from '../state/plain-file.js';
import { VERSION } from '../version.js';
import type { Geography } from './geography.js';
import { type GeographyPlan, geographyKey } from './pool-plan.js';

/** Raised whenever what is in a file, or how catchments follow from a database, changes between two versions. */
const FORMAT = 5;
const DIGEST = 32;
/** Octets before the header: a digest of all that follows, and the header's length. */
const PREFIX = DIGEST + 4;
const MOST_OCTETS = 2 ** 30;
/** Maps, and what a killed process left of one. */
const OURS = /^\.?[0-9a-f]{64}\.map(\.\d+\.tmp)?$/;

export interface MapCache {
  /** The geography of a plan, where it was worked out before. */
  load(plan: GeographyPlan): Geography | undefined;
  /** Keeps these, which are all that are in use, and removes the others. What can't be written is left out. */
  save(plans: readonly GeographyPlan[], geographies: readonly Geography[]): void;
}

/** What a file holds beside the words of the map and of its table. */
interface Header {
  readonly mapWords: number;
  readonly jumpWords: number;
  readonly ipv6Root: number;
  readonly jumpBits: number;
  readonly candidates: number;
  readonly startWords: number;
  readonly catchmentWords: number;
}

/** The cache in a directory for the databases that are in use. */
export function openMapCache(directory: string, { location, asn }: GeoSources): MapCache {
  const databases = [location, asn].map((source) => (source === undefined ? null : identityOf(source.path)));
  const nameOf = (plan: GeographyPlan): string =>
    `${digest(JSON.stringify([VERSION, FORMAT, databases, geographyKey(plan)])).toString('hex')}.map`;
  const whole = new Set<string>();
  return {
    load(plan) {
      const name = nameOf(plan);
      const geography = readMap(join(directory, name));
      if (geography !== undefined) whole.add(name);
      return geography;
    },
    save(plans, geographies) {
      const wanted = new Map(plans.map((plan, i) => [nameOf(plan), geographies[i]]));
      ensureChildSync(directory);
      for (const name of readdirSync(directory)) {
        // Whatever has the name of a map and is none goes too, or it would be in the way at each start.
        if (OURS.test(name) && !(wanted.has(name) && whole.has(name))) {
          rmSync(join(directory, name), { force: true, recursive: true });
        }
      }
      for (const [name, geography] of wanted) {
        if (geography !== undefined && !whole.has(name)) {
          writeDurablySync(join(directory, name), formatMap(geography));
        }
      }
    },
  };
}

/** What changes when a database does. */
function identityOf(path: string): readonly (string | number)[] {
  // One that went this moment is missed by who reads it.
  const { ino = 0, size = 0, mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return [path, ino, size, mtimeMs];
}

function formatMap({ table, catchments }: Geography): Buffer {
  const { map, jump, ipv6Root, jumpBits } = table;
  const { candidates, starts, words: catchmentWords } = catchments;
  const header: Header = {
    mapWords: map.length,
    jumpWords: jump.length,
    ipv6Root,
    jumpBits,
    candidates,
    startWords: starts.length,
    catchmentWords: catchmentWords.length,
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const words = [map, jump, starts, catchmentWords].map((array) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength),
  );
  const body = Buffer.concat([length, text, ...words]);
  return Buffer.concat([digest(body), body]);
}

/** The map in a file; undefined where there is none, or none that is whole. */
function readMap(path: string): Geography | undefined {
  const bytes = readWhole(path);
  if (bytes === undefined || bytes.length < PREFIX) return undefined;
  const body = bytes.subarray(DIGEST);
  if (!digest(body).equals(bytes.subarray(0, DIGEST))) return undefined;
  const headerEnd = PREFIX + bytes.readUInt32LE(DIGEST);
  const header: Header = JSON.parse(bytes.toString('utf8', PREFIX, headerEnd));
  const { ipv6Root, jumpBits, candidates } = header;
  let at = headerEnd;
  const take = (words: number): SharedArrayBuffer => {
    const buffer = new SharedArrayBuffer(words * 4);
    new Uint8Array(buffer).set(bytes.subarray(at, at + words * 4));
    at += words * 4;
    return buffer;
  };
  const map = new Int32Array(take(header.mapWords));
  const jump = new Int32Array(take(header.jumpWords));
  const starts = new Uint32Array(take(header.startWords));
  const words = new Uint32Array(take(header.catchmentWords));
  return { table: { map, jump, ipv6Root, jumpBits }, catchments: { candidates, starts, words } };
}

function readWhole(path: string): Buffer | undefined {
  try {
    return readPlainSync(path, MOST_OCTETS);
  } catch {
    // Not there, no file, or not to be read: it is worked out again.
    return undefined;
  }
}

function digest(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
