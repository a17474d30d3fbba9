/**
 * What a mirror's URL tells: where the mirror is, and how to probe it.
 */
import { parseAddress } from '../ip/address.js';
import { readName } from '../zone/names.js';
import type { YamlMapping } from '../zone/write-yaml.js';
import { mapping } from './imported.js';

export interface MirrorUrl {
  readonly scheme: 'http' | 'https' | 'rsync';
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port?: number;
  /** Begins with a slash. */
  readonly path: string;
  /** Begins with a question mark. */
  readonly query?: string;
}

/** Reads an http, https or rsync URL, or rsync's `host::module`. Undefined for anything else. */
export function readUrl(text: string): MirrorUrl | undefined {
  const short = /^([^:/\s]+)::(\S+)$/.exec(text);
  const url = short === null ? text : `rsync://${short[1]}/${short[2]}`;
  const [, scheme = '', authority = '', path = '', query] =
    /^(https?|rsync):\/\/(?:[^@/\s]*@)?([^/\s?#]+)(\/[^\s?#]*)?(\?[^\s#]+)?(?:[?#]\S*)?$/i.exec(url) ?? [];
  const [, host = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  const named = parseAddress(bare) === null ? readName(bare) : bare;
  if (typeof named !== 'string') return undefined;
  const kind = scheme.toLowerCase();
  if (kind !== 'http' && kind !== 'https' && kind !== 'rsync') return undefined;
  return {
    scheme: kind,
    host: named,
    path: path === '' ? '/' : path,
    ...(query !== undefined && { query }),
    ...(port !== undefined && { port: Number(port) }),
  };
}

/** The key of a mirror with this host: its name or its address. */
export function hostKeys({ host }: MirrorUrl): {
  readonly hostname?: string;
  readonly addresses?: readonly string[];
} {
  return parseAddress(host) === null ? { hostname: host } : { addresses: [host] };
}

/** An http or https probe of a directory. The host is the mirror's own name, which its certificate and site use. */
export function urlProbe({ scheme, host, port, path }: MirrorUrl): YamlMapping {
  return mapping({
    type: scheme,
    port,
    ...(parseAddress(host) === null && { host }),
    path: path.endsWith('/') ? path : `${path}/`,
  });
}

/** An rsync probe. The module is the first part of the path. */
export function rsyncProbe({ port, path }: MirrorUrl): YamlMapping {
  const [, module = ''] = path.split('/');
  return mapping({ type: 'rsync', port, ...(module !== '' && { module: module }) });
}
