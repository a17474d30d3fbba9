/**
 * The server's settings for a verb: built-in defaults, then the config file, then the environment, then flags.
 */
import { readFileSync } from 'node:fs';
import { type DaemonSettings, daemonSettings } from '../daemon/settings.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { applyEnvironment } from '../zone/config-environment.js';
import { decodeText } from '../zone/decode-text.js';
import { readHttpListen } from '../zone/http-config.js';
import { listenClashes, readServedAddress } from '../zone/listen-address.js';
import { NO_CERTIFICATE, parseServerConfig } from '../zone/server-config.js';
import { isTextFault } from '../zone/text-fault.js';
import { readWorldWeights } from '../zone/world-weights.js';

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
    const endpoint = readServedAddress(value);
    if ('fault' in endpoint) throw new GeopoolError('USAGE', `--listen: ${endpoint.fault}`);
    return endpoint;
  });
  const status = http === undefined ? undefined : readHttpListen(http);
  if (isTextFault(status)) throw new GeopoolError('USAGE', `--http: ${status.fault}`);
  const [clash] = listenClashes(endpoints);
  if (clash !== undefined) throw new GeopoolError('USAGE', `--listen: ${clash.fault}`);
  if (parsed.tls === undefined && endpoints.some(({ tls }) => tls))
    throw new GeopoolError('USAGE', `--listen: ${NO_CERTIFICATE} to the config file`);
  const { worldWeights: file } = parsed;
  const stated = {
    ...parsed,
    ...(zones !== undefined && { zones }),
    ...(endpoints.length > 0 && { listen: endpoints }),
    ...(state !== undefined && { state }),
    ...(control !== undefined && { control }),
    ...(status !== undefined && { http: { ...parsed.http, listen: status === 'off' ? [] : [status] } }),
  };
  return daemonSettings(stated, file === undefined ? undefined : readWeights(file));
}

/** Reads a file of world weights. Throws CONFIG_INVALID. */
export function readWeights(file: string): ReadonlyMap<string, number> {
  return readWorldWeights(readText(file), file);
}

function readText(path: string): string {
  let octets: Buffer;
  try {
    octets = readFileSync(path);
  } catch (error) {
    throw new GeopoolError('CONFIG_INVALID', `${path}: can't be read: ${describeError(error)}`, {
      cause: error,
    });
  }
  const read = decodeText(octets);
  if ('text' in read) return read.text;
  throw new GeopoolError('CONFIG_INVALID', `${path}:${read.line}:${read.column}: ${read.fault}`);
}
