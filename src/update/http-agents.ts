/**
 * How the update service is reached: directly, or through the configured proxies. Proxy passwords do not leave this file.
 */
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { ProxyConfig } from '../zone/proxy-environment.js';

export interface HttpAgents {
  /** The caller must destroy it. */
  readonly dispatcher: Dispatcher;
  /** The configured proxy for a URL as HOST:PORT, even if NO_PROXY bypasses it. Absent: there are no proxies. */
  readonly proxyFor?: (url: URL) => string | undefined;
}

export function openAgents(proxies: ProxyConfig | undefined): HttpAgents {
  const connections = 1;
  if (proxies === undefined) return { dispatcher: new Agent({ connections }) };
  const dispatcher = new EnvHttpProxyAgent({
    connections,
    // Empty instead of undefined: for undefined it would read the environment.
    httpProxy: proxies.http ?? '',
    httpsProxy: proxies.https ?? '',
    noProxy: proxies.except,
  });
  return {
    dispatcher,
    proxyFor({ protocol }) {
      // As undici chooses it.
      const proxy = (protocol === 'https:' ? proxies.https : undefined) ?? proxies.http;
      return proxy && placeOf(new URL(proxy));
    },
  };
}

/** A URL leaves out the default port of its scheme, which users may not think of. */
function placeOf({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
