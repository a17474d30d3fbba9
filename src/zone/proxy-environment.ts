/**
 * The proxies that updates go through, from the environment: geoipupdate's own names, else those that everybody uses. The
 * values may hold passwords, so no message repeats them.
 */
import { parseUrl } from '../platform/url.js';
import { isTextFault, type TextFault } from './text-fault.js';

/** Proxies as URLs, passwords and all; not for logs. */
export interface ProxyConfig {
  /** For hosts that are asked over http, and over https. */
  readonly http?: string;
  readonly https?: string;
  /** The hosts that are asked directly, as NO_PROXY lists them. */
  readonly except: string;
}

/** geoipupdate's, for a proxy that is named without one. */
const OWN_PORT = '1080';

/** The proxies that the general names say, in small letters or capitals; undefined where they name none. */
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

/** The proxy that geoipupdate's names say; as there, NO_PROXY does not count then. */
export function ownProxy(text: string, userPassword: string | undefined): ProxyConfig | TextFault {
  const url = readProxy(text, OWN_PORT);
  if (isTextFault(url)) return url;
  const withUser = userPassword === undefined ? url : withCredentials(url, userPassword);
  return isTextFault(withUser) ? withUser : { http: withUser, https: withUser, except: '' };
}

/** The URL of a proxy; a bare name means http. `port` is that of one that states none. */
function readProxy(text: string, port?: string): string | TextFault {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = parseUrl(address);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return {
      fault: /^socks/i.test(text)
        ? 'proxies by SOCKS are not supported, expected one such as http://proxy.example:3128'
        : 'this is no proxy, expected one such as http://proxy.example:3128',
    };
  }
  if (!isEncoded(url.username) || !isEncoded(url.password)) {
    return { fault: 'a "%" in the user or password of a proxy must be written %25' };
  }
  // The URL itself does not say whether the port that its scheme has anyway was stated.
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
