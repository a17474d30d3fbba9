/**
 * Tails' list of mirrors, mirrors.json: a URL for each mirror, and what else is known of it. The list tells where mirrors
 * are and how much load they can take, but not the name that users look up.
 */
import type { Fault } from '../zone/faults.js';
import type { TreeNode } from '../zone/tree.js';
import type { YamlEntry } from '../zone/write-yaml.js';
import { type ImportedZone, mapping, refuse, type SourceFile } from './imported.js';
import { type MirrorNames, newMirrorNames } from './mirror-names.js';
import { hostKeys, readUrl, rsyncProbe, urlProbe } from './mirror-urls.js';
import { childOf, documentsIn, scalarOf, textOf } from './tree-items.js';

const KNOWN = ['url_prefix', 'rsync_url', 'weight', 'email', 'notes'];

/** One zone from all lists. */
export function importMirrorsJson(sources: readonly SourceFile[]): readonly ImportedZone[] {
  const decisions: Fault[] = [];
  const names = newMirrorNames();
  const mirrors = sources.flatMap((source) =>
    documentsIn(source).flatMap(({ root }) =>
      itemsIn(root, source.file).map((item) => mirrorOf(item, source.file, names, decisions)),
    ),
  );
  const [first] = sources;
  if (mirrors.length === 0 && first !== undefined) refuse(first.file, 1, 'the list has no mirrors');
  const pools = [{ key: '@', value: mapping({}) }];
  return [{ head: [], ns: [], pools, mirrors, records: [], tail: [], decisions }];
}

function itemsIn(root: TreeNode, file: string): readonly TreeNode[] {
  const list = root.kind === 'list' ? root : childOf(root, 'mirrors');
  if (list?.kind === 'list') return list.items;
  return refuse(file, root.at.line, 'this is not a list of mirrors: expected {"mirrors": [...]}');
}

function mirrorOf(item: TreeNode, file: string, names: MirrorNames, decisions: Fault[]): YamlEntry {
  const { line, column } = item.at;
  const decide = (message: string): void => {
    decisions.push({ file, line, column, message });
  };
  const url = readUrl(textOf(item, 'url_prefix') ?? '');
  if (url === undefined || url.scheme === 'rsync')
    return refuse(file, line, 'a mirror needs a "url_prefix" of http or https', column);
  const name = names.take(url.host);
  const stated = textOf(item, 'rsync_url');
  const rsync = readUrl(stated ?? '');
  const above = others(item);
  if (stated !== undefined && rsync?.host !== url.host) above.push(`rsync_url: ${stated}`);
  if (rsync !== undefined && rsync.host !== url.host)
    decide(`${name}: rsync is served at ${rsync.host}, and a mirror is probed at its own addresses alone`);
  const weight = scalarOf(item, 'weight');
  const whole = typeof weight === 'number' && Number.isInteger(weight) && weight >= 0;
  if (weight !== undefined && !whole) {
    above.push(`weight: ${weight}`);
    decide(`${name}: the weight ${weight} is not a whole number: write one`);
  }
  const probes = [urlProbe(url), ...(rsync?.host === url.host ? [rsyncProbe(rsync)] : [])];
  return {
    key: name,
    above,
    value: mapping({
      ...hostKeys(url),
      ...(whole && { weight }),
      ...(probes.length > 1 ? { probes } : { probe: probes[0] }),
      notes: textOf(item, 'notes'),
      email: textOf(item, 'email'),
    }),
  };
}

/** The other keys that the list has for a mirror, as comments. */
function others(item: TreeNode): string[] {
  if (item.kind !== 'mapping') return [];
  return [...item.entries.keys()]
    .filter((key) => !KNOWN.includes(key))
    .flatMap((key) => {
      const text = textOf(item, key);
      return text === undefined ? [] : [`${key}: ${text}`];
    });
}
