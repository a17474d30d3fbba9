/**
 * The server's settings as a verb finds them: built-in defaults, then the config file, then the environment, then flags.
 */
import { readFileSync } from 'node:fs';
import { type DaemonSettings, daemonSettings } from '../daemon/settings.js';
import { describeError, GeopoolError } from '../errors.js';
import { applyEnvironment } from '../zone/config-environment.js';
import { readHttpListen } from '../zone/http-config.js';
import { listenClashes, readListenAddress } from '../zone/listen-address.js';
import { parseServerConfig } from '../zone/server-config.js';
import { isTextFault } from '../zone/text-fault.js';

export interface SettingFlags {
  readonly config?: string;
  readonly zones?: string;
  readonly listen?: readonly string[];
  readonly state?: string;
  readonly control?: string;
  readonly http?: string;
}

/** Throws CONFIG_INVALID, with a line for each fault, or USAGE for a flag that makes no sense. */
export function readSettings({
  config,
  zones,
  listen = [],
  state,
  control,
  http,
}: SettingFlags): DaemonSettings {
  const text = config === undefined ? '' : readText(config);
  const parsed = applyEnvironment(parseServerConfig(text, config ?? 'geopool.yaml'), process.env, readText);
  const endpoints = listen.map((value) => {
    const endpoint = readListenAddress(value);
    if ('fault' in endpoint) throw new GeopoolError('USAGE', `--listen: ${endpoint.fault}`);
    return endpoint;
  });
  const status = http === undefined ? undefined : readHttpListen(http);
  if (isTextFault(status)) throw new GeopoolError('USAGE', `--http: ${status.fault}`);
  const [clash] = listenClashes(endpoints);
  if (clash !== undefined) throw new GeopoolError('USAGE', `--listen: ${clash.fault}`);
  return daemonSettings({
    ...parsed,
    ...(zones !== undefined && { zones }),
    ...(endpoints.length > 0 && { listen: endpoints }),
    ...(state !== undefined && { state }),
    ...(control !== undefined && { control }),
    ...(status !== undefined && { http: { ...parsed.http, listen: status === 'off' ? [] : [status] } }),
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new GeopoolError('CONFIG_INVALID', `${path}: can't be read: ${describeError(error)}`, {
      cause: error,
    });
  }
}
