/**
 * How the update service is reached: directly, or through the proxies of the settings. Their passwords stay in here.
 */
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { ProxyConfig } from '../zone/proxy-environment.js';

export interface HttpAgents {
  /** To be destroyed at the end. */
  readonly dispatcher: Dispatcher;
  /** The proxy that is set, as HOST:PORT; NO_PROXY may be for another way. */
  readonly proxy?: string;
}

export function openAgents(proxies: ProxyConfig | undefined): HttpAgents {
  const connections = 1;
  const shown = proxies?.https ?? proxies?.http;
  if (proxies === undefined || shown === undefined) return { dispatcher: new Agent({ connections }) };
  const dispatcher = new EnvHttpProxyAgent({
    connections,
    // Empty, since it would look into the environment by itself for what is missing.
    httpProxy: proxies.http ?? '',
    httpsProxy: proxies.https ?? '',
    noProxy: proxies.except,
  });
  return { dispatcher, proxy: new URL(shown).host };
}
