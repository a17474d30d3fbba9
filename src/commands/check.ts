/**
 * The verb `check`: parses as `serve` does, and prints each fault and each warning on a line of its own.
 */
import { dirname, join } from 'node:path';
import { geoRequest } from '../daemon/fetched-databases.js';
import type { DaemonSettings } from '../daemon/settings.js';
import { openDatabase } from '../geo/database.js';
import { chooseSources, type GeoSources } from '../geo/geo-sources.js';
import { placeMirror } from '../geo/mirror-place.js';
import { subdivisionsIn } from '../geo/regions.js';
import { isSwapped, straysTo } from '../http/stray-place.js';
import { countOf } from '../platform/count-of.js';
import { once } from '../platform/once.js';
import { withKeys } from '../zone/dnssec-key-file.js';
import { faultOfFile, formatFault } from '../zone/faults.js';
import { warningsOf } from '../zone/warnings/rules.js';
import type { Surroundings, Warning } from '../zone/warnings/warning.js';
import { describeIgnored, parseFiles, type ZoneFiles, zoneFilesIn } from '../zone/zone-files.js';
import { checkNamed, filesNamed } from './named-files.js';
import { print, printError } from './output.js';
import { SERVER_USER, unreadableTo } from './server-user.js';
import { readSettings, type SettingFlags } from './settings.js';
import { unsignedEarly } from './unsigned-early.js';
import { refuseDirectories } from './zone-arguments.js';

export interface CheckFlags extends SettingFlags {
  /** Warnings are errors. */
  readonly strict?: boolean;
  /** Key files are on another host, and are not read. */
  readonly withoutKeys?: boolean;
}

/** Checks the config and the files it names, then `files`, or all of the zone directory. Returns 1 if anything is wrong. */
export async function check(files: readonly string[], flags: CheckFlags): Promise<number> {
  refuseDirectories('check', files);
  const config = flags.config === undefined ? undefined : readSettings(flags);
  const settings = once(() => config ?? readSettings(flags));
  const sources = once(() => sourcesFor(settings()));
  const { withoutKeys = false } = flags;
  const ofConfig =
    config === undefined ? [] : await checkNamed({ settings: config, sources, withoutKeys, now: Date.now() });
  const directory = files.length > 0 ? undefined : settings().zones;
  const wanted = directory === undefined ? files : zoneFilesIn(directory);
  // Of two files for one zone, the one that is being served is kept.
  const served =
    directory !== undefined || config !== undefined ? join(settings().state, 'zones') : undefined;
  const parsed = parseFiles(wanted, served);
  const read = withoutKeys ? parsed : withKeys(parsed, new Map());
  const faults = read.refused.flatMap(({ faults }) => faults);
  const warnings = [
    ...warningsIn(read, sources),
    ...(directory === undefined && config === undefined
      ? []
      : unsignedEarly(read.loaded, settings().state, Date.now())),
    ...ofConfig,
    ...(config === undefined ? [] : unreadable(wanted, read, flags.config ?? '', config)),
  ];
  print(...faults.map(formatFault));
  if (flags.strict) print(...warnings.map((warning) => formatWarning(warning, '')));
  else printError(...warnings.map((warning) => formatWarning(warning, 'warning: ')));
  const ignored = directory === undefined ? undefined : describeIgnored(directory);
  if (ignored !== undefined) printError(ignored);
  if (faults.length > 0 || (flags.strict && warnings.length > 0)) return 1;
  for (const { zone, file } of read.loaded) {
    print(
      `${file}: ${zone.name}, ${countOf(zone.pools.length, 'pool')}, ${countOf(zone.mirrors.length, 'mirror')}: good`,
    );
  }
  return 0;
}

function formatWarning(warning: Warning, word: string): string {
  return formatFault({ ...warning, message: `${word}${warning.message} [${warning.code}]` });
}

function warningsIn({ loaded }: ZoneFiles, sources: () => GeoSources): readonly Warning[] {
  const database = once(() => openDatabase(sources().location.path));
  const surroundings: Surroundings = {
    now: Date.now(),
    zones: loaded.map(({ zone }) => zone),
    hasAsns: () => sources().asn !== undefined,
    subdivisions: once(() => subdivisionsIn(sources().location.path)),
    countryOf: ({ location, addresses }) =>
      placeMirror(location, addresses, (address) => database().locate(address).location).location.country,
    straysTo,
    isSwapped,
  };
  return loaded.flatMap((one) => warningsOf(one, surroundings));
}

function sourcesFor(settings: DaemonSettings): GeoSources {
  const request = geoRequest(settings);
  return chooseSources({ ...request, configured: request });
}

/** What the config names that the server's user can't read. Of a directory that it can't read, files are not listed. */
function unreadable(
  zones: readonly string[],
  { loaded }: ZoneFiles,
  config: string,
  settings: DaemonSettings,
): readonly Warning[] {
  const { geo } = settings;
  const named = [
    config,
    ...filesNamed(settings),
    geo.city,
    geo.asn,
    ...loaded.map(({ zone }) => zone.dnssec?.key),
  ].filter((path) => path !== undefined);
  const directories = [...new Set(zones.map((file) => dirname(file)))];
  const shut = unreadableTo(SERVER_USER, directories);
  const files = zones.filter((file) => !shut.includes(dirname(file)));
  const message = `the user ${SERVER_USER}, whom the server runs as, can't read this: give it to the group ${SERVER_USER}, and that the right to read`;
  return [...shut, ...unreadableTo(SERVER_USER, [...named, ...files])].map((path) => ({
    ...faultOfFile(path, message),
    code: 'file-not-readable',
  }));
}
