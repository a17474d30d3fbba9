/**
 * Mirrors of mirrorbits, as `mirrorbits edit` shows them, one YAML document each. What mirrorbits selects by its own rules
 * (score, country, continent) becomes a weight, a place and rules.
 */
import { continentOf } from '../platform/continents.js';
import { COUNTRY_CODES } from '../platform/countries.js';
import type { Fault } from '../zone/faults.js';
import type { TreeNode } from '../zone/tree.js';
import type { YamlEntry } from '../zone/write-yaml.js';
import { commentsIn } from '../zone/yaml-comments.js';
import { type CommentFeed, feedComments } from './comment-feed.js';
import { type ImportedZone, mapping, refuse, type SourceFile } from './imported.js';
import { type MirrorNames, newMirrorNames } from './mirror-names.js';
import { hostKeys, readUrl, rsyncProbe, urlProbe } from './mirror-urls.js';
import { documentsIn, scalarOf, type TreeDocument, textOf } from './tree-items.js';

/** Keys that only inform people, and become comments. */
const TOLD = ['FtpURL', 'SponsorName', 'SponsorURL', 'SponsorLogoURL', 'AdminName', 'CustomData'];

/** One zone from all files. */
export function importMirrorbits(sources: readonly SourceFile[]): readonly ImportedZone[] {
  const decisions: Fault[] = [];
  const names = newMirrorNames();
  const mirrors: YamlEntry[] = [];
  const tail: string[] = [];
  for (const source of sources) {
    const comments = feedComments(commentsIn(source.text));
    for (const document of documentsIn(source))
      mirrors.push(mirrorOf(document, source.file, { names, comments, decisions }));
    tail.push(...comments.rest());
  }
  const [first] = sources;
  if (mirrors.length === 0 && first !== undefined) refuse(first.file, 1, 'the file has no mirrors');
  const pools = [{ key: '@', value: mapping({ same_country_first: true }) }];
  return [{ head: [], ns: [], pools, mirrors, records: [], tail, decisions }];
}

interface Surroundings {
  readonly names: MirrorNames;
  readonly comments: CommentFeed;
  readonly decisions: Fault[];
}

function mirrorOf(
  { root, before, last }: TreeDocument,
  file: string,
  { names, comments, decisions }: Surroundings,
): YamlEntry {
  const line = before + root.at.line;
  const url = readUrl(textOf(root, 'HttpURL') ?? '');
  if (url === undefined || url.scheme === 'rsync') return refuse(file, line, 'a mirror needs an "HttpURL"');
  const name = names.take(textOf(root, 'Name') ?? url.host);
  const above = [...comments.above(last + 1)];
  const decide = (message: string): void => {
    decisions.push({ file, line, column: 1, message: `${name}: ${message}` });
  };
  const rsync = readUrl(textOf(root, 'RsyncURL') ?? '');
  const probes = [
    mapping({
      ...Object.fromEntries(urlProbe(url).entries.map(({ key, value }) => [key, value])),
      redirects: redirectsOf(scalarOf(root, 'AllowRedirects')),
    }),
    ...(rsync?.host === url.host ? [rsyncProbe(rsync)] : []),
  ];
  for (const key of TOLD) {
    const text = textOf(root, key);
    if (text !== undefined) above.push(`${key}: ${text}`);
  }
  if (rsync !== undefined && rsync.host !== url.host) above.push(`RsyncURL: ${textOf(root, 'RsyncURL')}`);
  const asn = scalarOf(root, 'Asnum') ?? scalarOf(root, 'ASNum');
  const own = typeof asn === 'number' && asn > 0 ? [asn] : undefined;
  const asOnly = scalarOf(root, 'ASOnly') === true;
  if (asOnly && own === undefined)
    decide('ASOnly, but there is no AS number: it does not count, so more clients are sent to it');
  const countries = codesOf(textOf(root, 'CountryCodes'));
  const excluded = codesOf(textOf(root, 'ExcludedCountryCodes'));
  const only = onlyOf(root, countries, excluded, decide);
  return {
    key: name,
    above,
    value: mapping({
      ...hostKeys(url),
      weight: weightOf(scalarOf(root, 'Score'), scalarOf(root, 'Enabled') === false, above, decide),
      location: locationOf(countries[0], scalarOf(root, 'Latitude'), scalarOf(root, 'Longitude')),
      asn: own,
      only_countries: only,
      ...(asOnly && { only_asn: own }),
      ...(excluded.length > 0 && only === undefined && { except_countries: excluded }),
      ...(probes.length > 1 ? { probes } : { probe: probes[0] }),
      notes: textOf(root, 'Comment'),
      email: textOf(root, 'AdminEmail'),
    }),
  };
}

/** The countries that a mirror serves: its own, or all of its continent, but no excluded ones. Undefined: all. */
function onlyOf(
  root: TreeNode,
  countries: readonly string[],
  excluded: readonly string[],
  decide: (message: string) => void,
): readonly string[] | undefined {
  const continent = textOf(root, 'ContinentCode');
  const around = [...COUNTRY_CODES].filter((country) => continentOf(country) === continent).sort();
  for (const [key, all] of Object.entries({ CountryOnly: countries, ContinentOnly: around })) {
    if (scalarOf(root, key) !== true) continue;
    const served = all.filter((country) => !excluded.includes(country));
    if (served.length > 0) return served;
    decide(
      `${key}, but there is no country that it could serve: it does not count, so more clients are sent to it`,
    );
  }
  return undefined;
}

/** Country codes in upper case, from a list as mirrorbits writes it. */
function codesOf(text = ''): readonly string[] {
  return [
    ...new Set(
      text
        .toUpperCase()
        .split(/[\s,;]+/)
        .filter((code) => /^[A-Z]{2}$/.test(code)),
    ),
  ];
}

/** In mirrorbits a score is added to one from distance, so 0 is as good as any. A disabled mirror stays disabled. */
function weightOf(
  score: unknown,
  disabled: boolean,
  above: string[],
  decide: (message: string) => void,
): number | undefined {
  if (typeof score === 'number' && score !== 0) {
    if (disabled || score < 0) above.push(`Score: ${score}`);
    if (score < 0) decide(`the score ${score} is below 0: write a weight below those of others`);
    else if (!disabled)
      decide(
        `the score ${score} is its weight now, beside 1 for mirrors that have none: weights share load in proportion`,
      );
  }
  if (disabled) return 0;
  return typeof score === 'number' && score > 0 ? Math.round(score) : undefined;
}

/** No mirror is at latitude 0, longitude 0: mirrorbits uses that for an unknown place. */
function locationOf(country: string | undefined, latitude: unknown, longitude: unknown) {
  const known =
    typeof latitude === 'number' && typeof longitude === 'number' && (latitude !== 0 || longitude !== 0);
  if (country === undefined && !known) return undefined;
  return mapping({ country, ...(known && { latitude: roundTo4(latitude), longitude: roundTo4(longitude) }) });
}

/** Rounded to about ten metres, which is more exact than any known place. */
function roundTo4(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000;
}

function redirectsOf(allowed: unknown): string | undefined {
  return allowed === true ? 'follow' : undefined;
}
