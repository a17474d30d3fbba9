/**
 * What the daemon is told, with every default filled in.
 */
import { availableParallelism } from 'node:os';
import type { HttpStart } from '../http/messages.js';
import { type Endpoint, hasIPv6 } from '../net/endpoint.js';
import { DEFAULT_TCP_LIMITS, type TcpLimits } from '../net/tcp-admission.js';
import type { AnsweringConfig } from '../zone/answering-config.js';
import { controlSocketIn } from '../zone/default-paths.js';
import type { ServerConfig } from '../zone/server-config.js';

/** Nobody is disturbed by a server that only this host can ask. */
const DEFAULT_PORT = 5300;
export const DEFAULT_HTTP: Endpoint = { host: '127.0.0.1', port: 5380 };

export interface DaemonSettings {
  readonly listen: readonly Endpoint[];
  /** UDP threads for each listen address. */
  readonly workers: number;
  readonly tcp: TcpLimits;
  readonly answering: AnsweringConfig;
  readonly zones: string;
  readonly state: string;
  /** The control socket's path. */
  readonly control: string;
  readonly resolve: ServerConfig['resolve'];
  readonly notify: ServerConfig['notify'];
  readonly http: HttpStart;
  readonly geo: ServerConfig['geo'];
}

/** The settings that a config gives. */
export function daemonSettings(config: ServerConfig): DaemonSettings {
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
  };
}

/** A network may not have more than there is for all. */
function tcpLimits(stated: ServerConfig['tcp']): TcpLimits {
  const limits = { ...DEFAULT_TCP_LIMITS, ...stated };
  return { ...limits, perNetwork: Math.min(limits.perNetwork, limits.connections) };
}

function defaultListen(): Endpoint[] {
  const ipv4 = { host: '127.0.0.1', port: DEFAULT_PORT };
  return hasIPv6() ? [ipv4, { host: '::1', port: DEFAULT_PORT }] : [ipv4];
}
