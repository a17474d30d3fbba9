/**
 * Where a redirect may lead. The update service redirects downloads to another company's storage host, so redirects must be
 * followed. Where to, and with which headers, is decided here and not by an HTTP library.
 */
import { parseUrl } from '../platform/url.js';
import { UpdateFault } from './fault.js';

/** The service uses one; two more allow for a mirror in front of it. */
export const MAX_REDIRECTS = 3;

/** The statuses that mean "GET that instead". 300 and 304 do not occur in this protocol. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * The next URL for a Location header seen at `from`. It must be https or have the scheme that the operator configured
 * (`configured`), and must never go from https to http. Throws a final UpdateFault. Its message omits the URL, because such
 * URLs are signed: anyone who has one can download.
 */
export function nextHop(from: URL, location: string | undefined, configured: URL): URL {
  const next = location === undefined ? undefined : parseUrl(location, from);
  if (next === undefined) {
    throw new UpdateFault('final', `${configured.host} redirects without saying where to`);
  }
  if (next.protocol !== 'https:' && next.protocol !== 'http:') {
    throw new UpdateFault('final', `${configured.host} redirects to something other than http or https`);
  }
  const downgrade =
    next.protocol === 'http:' && (from.protocol === 'https:' || configured.protocol === 'https:');
  if (downgrade)
    throw new UpdateFault('final', `${configured.host} redirects from https to plain http, which is refused`);
  if (next.username !== '' || next.password !== '') {
    throw new UpdateFault(
      'final',
      `${configured.host} redirects to an address with a password in it, which is refused`,
    );
  }
  return next;
}
