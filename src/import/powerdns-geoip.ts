/**
 * The YAML of PowerDNS' geoip backend as records: domains with their records. Names and targets are absolute there, with
 * or without a trailing dot.
 */
import type { Fault } from '../zone/faults.js';
import type { TreeNode } from '../zone/tree.js';
import { commentsIn } from '../zone/yaml-comments.js';
import { type CommentFeed, feedComments } from './comment-feed.js';
import { refuse, type SourceFile } from './imported.js';
import type { MasterRecord } from './master-file.js';
import { readMasterLines } from './master-lines.js';
import type { GeoipService } from './powerdns-services.js';
import { childOf, documentsIn, scalarOf, textOf } from './tree-items.js';

/** A domain. Names are lower case, without trailing dot. */
export interface GeoipDomain {
  readonly name: string;
  readonly records: readonly MasterRecord[];
  readonly services: readonly GeoipService[];
  readonly tail: readonly string[];
  readonly decisions: readonly Fault[];
}

/** The domains of a file. */
export function geoipDomains(source: SourceFile): readonly GeoipDomain[] {
  const [document] = documentsIn(source);
  const domains = document && childOf(document.root, 'domains');
  if (domains?.kind !== 'list') return refuse(source.file, 1, 'expected "domains:" and a list of them');
  const comments = feedComments(commentsIn(source.text));
  return domains.items.map((domain, i): GeoipDomain => {
    const name = textOf(domain, 'domain');
    if (name === undefined) return refuse(source.file, domain.at.line, 'a domain needs "domain", its name');
    const records = recordsOf(domain, source, comments);
    const tail = i === domains.items.length - 1 ? comments.rest() : [];
    return { name: bare(name), records, services: servicesOf(domain), tail, decisions: [] };
  });
}

function recordsOf(domain: TreeNode, { file }: SourceFile, comments: CommentFeed): readonly MasterRecord[] {
  const usual = scalarOf(domain, 'ttl');
  const names = childOf(domain, 'records');
  if (names?.kind !== 'mapping') return [];
  return [...names.entries].flatMap(([owner, list]) => {
    const items = list.kind === 'list' ? list.items : [list];
    return items.flatMap((item): readonly MasterRecord[] => {
      if (item.kind !== 'mapping')
        return refuse(file, item.at.line, `expected a type and its content at ${owner}`);
      return [...item.entries].map(([type, value]) => {
        const { line } = value.keyAt ?? value.at;
        const content = value.kind === 'mapping' ? textOf(value, 'content') : textOf(item, type);
        const stated = value.kind === 'mapping' ? scalarOf(value, 'ttl') : undefined;
        const ttl = stated ?? usual;
        const { lines } = readMasterLines({ file, text: `x ${(content ?? '').replaceAll('\n', ' ')}` });
        return {
          owner: bare(owner),
          type: type.toUpperCase(),
          ...(typeof ttl === 'number' && { ttl }),
          data: lines[0]?.fields.slice(1) ?? [],
          origin: '',
          line,
          above: comments.above(line + 1),
        };
      });
    });
  });
}

function servicesOf(domain: TreeNode): readonly GeoipService[] {
  const services = childOf(domain, 'services');
  if (services?.kind !== 'mapping') return [];
  return [...services.entries].map(([owner, value]) => ({
    owner: bare(owner),
    line: (value.keyAt ?? value.at).line,
    names: new Map(
      value.kind === 'mapping'
        ? [...value.entries].map(([key, names]) => [key, textsIn(names)])
        : [['default', textsIn(value)]],
    ),
  }));
}

function textsIn(value: TreeNode): readonly string[] {
  if (value.kind === 'list') return value.items.flatMap(textsIn);
  return value.kind === 'scalar' && value.value !== null ? [String(value.value)] : [];
}

function bare(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
