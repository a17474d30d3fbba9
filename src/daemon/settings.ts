/**
 * The daemon's settings, with all defaults filled in.
 */
import { availableParallelism } from 'node:os';
import type { HttpStart } from '../http/messages.js';
import { type Endpoint, hasIPv6 } from '../server/endpoint.js';
import { DEFAULT_TCP_LIMITS, type TcpLimits } from '../server/tcp-admission.js';
import type { AnsweringConfig } from '../zone/answering-config.js';
import { controlSocketIn } from '../zone/default-paths.js';
import type { ServerConfig } from '../zone/server-config.js';

/** Only this host can reach the default addresses, so such a server disturbs nobody. */
const DEFAULT_PORT = 5300;
export const DEFAULT_HTTP: Endpoint = { host: '127.0.0.1', port: 5380 };

export interface DaemonSettings {
  readonly listen: readonly Endpoint[];
  /** UDP threads for each listen address. */
  readonly workers: number;
  readonly tcp: TcpLimits;
  /** Absent: there is no DNS over TLS. */
  readonly tls?: NonNullable<ServerConfig['tls']>;
  readonly answering: AnsweringConfig;
  readonly zones: string;
  readonly state: string;
  /** The control socket's path. */
  readonly control: string;
  readonly resolve: ServerConfig['resolve'];
  readonly notify: ServerConfig['notify'];
  readonly http: HttpStart;
  readonly geo: ServerConfig['geo'];
  /** Absent: this server judges alone. */
  readonly fleet?: NonNullable<ServerConfig['fleet']>;
  /** The share of all clients that each country has; absent: in proportion to its addresses. */
  readonly worldWeights?: ReadonlyMap<string, number>;
}

/** The settings from a config, and from the file of world weights that it names. */
export function daemonSettings(
  config: ServerConfig,
  worldWeights?: DaemonSettings['worldWeights'],
): DaemonSettings {
  return {
    listen: config.listen ?? defaultListen(),
    workers: config.workers ?? availableParallelism(),
    tcp: tcpLimits(config.tcp),
    answering: config.answering,
    zones: config.zones,
    state: config.state,
    control: config.control ?? controlSocketIn(config.state),
    resolve: config.resolve,
    notify: config.notify,
    http: { listen: config.http.listen ?? [DEFAULT_HTTP], hosts: config.http.hosts },
    geo: config.geo,
    ...(config.tls !== undefined && { tls: config.tls }),
    ...(config.fleet !== undefined && { fleet: config.fleet }),
    ...(worldWeights !== undefined && { worldWeights }),
  };
}

/** The limit for a network may not exceed the total. */
function tcpLimits(stated: ServerConfig['tcp']): TcpLimits {
  const limits = { ...DEFAULT_TCP_LIMITS, ...stated };
  return { ...limits, perNetwork: Math.min(limits.perNetwork, limits.connections) };
}

function defaultListen(): Endpoint[] {
  const ipv4 = { host: '127.0.0.1', port: DEFAULT_PORT };
  return hasIPv6() ? [ipv4, { host: '::1', port: DEFAULT_PORT }] : [ipv4];
}
