/**
 * How the update service is reached: directly, or through the configured proxies. Proxy passwords do not leave this file.
 */
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { ProxyConfig } from '../zone/proxy-environment.js';

export interface HttpAgents {
  /** The caller must destroy it. */
  readonly dispatcher: Dispatcher;
  /** The configured proxy as HOST:PORT, even if NO_PROXY bypasses it. */
  readonly proxy?: string;
}

export function openAgents(proxies: ProxyConfig | undefined): HttpAgents {
  const connections = 1;
  const shown = proxies?.https ?? proxies?.http;
  if (proxies === undefined || shown === undefined) return { dispatcher: new Agent({ connections }) };
  const dispatcher = new EnvHttpProxyAgent({
    connections,
    // Empty instead of undefined: for undefined it would read the environment.
    httpProxy: proxies.http ?? '',
    httpsProxy: proxies.https ?? '',
    noProxy: proxies.except,
  });
  return { dispatcher, proxy: new URL(shown).host };
}
