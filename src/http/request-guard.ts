/**
 * Which requests are answered at all. A browser sends whatever a web page tells it to. Such a page could make its own name
 * resolve to 127.0.0.1 and then read what is meant for this host's users. But it can't hide that name: it is in the Host
 * header.
 */
import { isIP } from 'node:net';

/** The parts of a request that matter here. */
export interface RequestHead {
  readonly method: string | undefined;
  /** Its Host header. */
  readonly host: string | undefined;
}

export interface Rejection {
  readonly status: 405 | 421;
  readonly message: string;
}

/** Why a request is rejected, without repeating any of it; undefined if it is not. */
export function rejectionOf({ method, host }: RequestHead, hosts: readonly string[]): Rejection | undefined {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, message: 'this page can only be read: GET or HEAD' };
  }
  // HTTP/1.0, which load balancers use, has no Host header. No browser uses it.
  if (host === undefined || isKnown(nameIn(host), hosts)) return undefined;
  return {
    status: 421,
    message:
      'this server does not know the name that it was asked by: ask by its address, or add the name to http.hosts in geopool.yaml',
  };
}

/** The host without its port: `[::1]:5380`, `localhost:5380`. */
function nameIn(host: string): string {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return (bracketed ?? plain).toLowerCase().replace(/\.$/, '');
}

function isKnown(name: string, hosts: readonly string[]): boolean {
  return isIP(name) !== 0 || name === 'localhost' || hosts.includes(name);
}
