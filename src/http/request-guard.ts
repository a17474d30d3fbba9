/**
 * Which requests are answered at all. A browser sends whatever a page on the web tells it to: such a page could have its own
 * name lead to 127.0.0.1 and then read what is meant for this host's users, but it can't hide the name that it was asked by.
 */
import { isIP } from 'node:net';

/** What of a request decides. */
export interface RequestHead {
  readonly method: string | undefined;
  /** Its Host header. */
  readonly host: string | undefined;
}

export interface Rejection {
  readonly status: 405 | 421;
  readonly message: string;
}

/** Why a request is turned away, without a word of what it said; undefined where it is not. */
export function rejectionOf({ method, host }: RequestHead, hosts: readonly string[]): Rejection | undefined {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, message: 'this page can only be read: GET or HEAD' };
  }
  // HTTP/1.0, as balancers speak it, has no Host; no browser speaks it.
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
