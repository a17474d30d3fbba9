/**
 * The proxies for updates, from environment variables: geoipupdate's own, or else the general ones. The values may hold
 * passwords, so no message repeats them.
 */
import { parseUrl } from '../platform/url.js';
import { isTextFault, type TextFault } from './text-fault.js';

/** Proxies as URLs, passwords included. Not for logs. */
export interface ProxyConfig {
  /** For hosts that are reached over http, and over https. */
  readonly http?: string;
  readonly https?: string;
  /** The hosts that are reached directly, as NO_PROXY lists them. */
  readonly except: string;
}

/** geoipupdate's default, for a proxy that is given without a port. */
const OWN_PORT = '1080';

/** The proxies in the general variables, in lower or upper case. Undefined if they name none. */
export function generalProxies(
  env: Readonly<Record<string, string | undefined>>,
  faults: string[],
): ProxyConfig | undefined {
  const read = (name: string): { variable: string; text: string } | undefined => {
    for (const variable of [name.toLowerCase(), name]) {
      const text = env[variable]?.trim() ?? '';
      if (text !== '') return { variable, text };
    }
    return undefined;
  };
  const proxy = (name: string): string | undefined => {
    const found = read(name);
    if (found === undefined) return undefined;
    const url = readProxy(found.text);
    if (!isTextFault(url)) return url;
    faults.push(`${found.variable}: ${url.fault}`);
    return undefined;
  };
  const http = proxy('HTTP_PROXY');
  const https = proxy('HTTPS_PROXY');
  const except = read('NO_PROXY')?.text ?? '';
  if (http === undefined && https === undefined) return undefined;
  return {
    ...(http !== undefined && { http }),
    ...(https !== undefined && { https }),
    except,
  };
}

/** The proxy in geoipupdate's variables. As in geoipupdate, NO_PROXY is then ignored. */
export function ownProxy(text: string, userPassword: string | undefined): ProxyConfig | TextFault {
  const url = readProxy(text, OWN_PORT);
  if (isTextFault(url)) return url;
  const withUser = userPassword === undefined ? url : withCredentials(url, userPassword);
  return isTextFault(withUser) ? withUser : { http: withUser, https: withUser, except: '' };
}

/** The URL of a proxy; a bare name means http. `port` is the default port. */
function readProxy(text: string, port?: string): string | TextFault {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = parseUrl(address);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return {
      fault: /^socks/i.test(text)
        ? 'proxies by SOCKS are not supported, expected one such as http://proxy.example:3128'
        : 'this is not a proxy, expected one such as http://proxy.example:3128',
    };
  }
  if (!isEncoded(url.username) || !isEncoded(url.password)) {
    return { fault: 'a "%" in the user or password of a proxy must be written %25' };
  }
  // A parsed URL does not tell whether its scheme's default port was stated.
  if (port !== undefined && !/^[a-z]+:\/\/[^/?#]*:\d+(?:[/?#]|$)/i.test(address)) url.port = port;
  return url.href;
}

function withCredentials(proxy: string, userPassword: string): string | TextFault {
  const colon = userPassword.indexOf(':');
  if (colon <= 0) return { fault: 'the user and password of the proxy are written USER:PASSWORD' };
  const url = new URL(proxy);
  url.username = encodeURIComponent(userPassword.slice(0, colon));
  url.password = encodeURIComponent(userPassword.slice(colon + 1));
  return url.href;
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
