/**
 * The environment variables of geoipupdate, laid over the config file: operators who run that program today already have
 * the account and key in these variables. `…_FILE` names a file with the value, as container secrets do, and takes
 * precedence over the plain variable.
 */
import { describeError, GeopoolError } from '../platform/errors.js';
import { generalProxies, ownProxy, type ProxyConfig } from './proxy-environment.js';
import {
  DEFAULT_TERMS,
  type LicenseKey,
  type ServerConfig,
  type StatedConfig,
  type StatedUpdate,
  type UpdateConfig,
} from './server-config.js';
import { isTextFault, type TextFault } from './text-fault.js';
import { readAccountId, readEdition, readUpdateHost } from './update-values.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'GEOIPUPDATE_';

/**
 * The config with the environment laid over it. `readFile` returns the text of a file or throws. Throws CONFIG_INVALID
 * with a line for each fault, also if updates are wanted but the account or its key is missing.
 */
export function applyEnvironment(
  config: StatedConfig,
  env: Environment,
  readFile: (path: string) => string,
): ServerConfig {
  const faults: string[] = [];
  const read = (name: string): string | undefined => readVariable(name, env, readFile, faults);
  const accountId = decide('ACCOUNT_ID', read('ACCOUNT_ID'), readAccountId, faults);
  const licenseKey = read('LICENSE_KEY');
  const editions = decide('EDITION_IDS', read('EDITION_IDS'), readEditions, faults);
  const host = decide('HOST', read('HOST'), readUpdateHost, faults);
  const { update, ...geo } = config.geo;
  const wanted = [accountId, licenseKey, editions, host].some((value) => value !== undefined);
  if (faults.length === 0 && update === undefined && !wanted) return { ...config, geo };
  const userPassword = read('PROXY_USER_PASSWORD');
  const proxy =
    decide('PROXY', read('PROXY'), (text) => ownProxy(text, userPassword), faults) ??
    generalProxies(env, faults);
  if (faults.length > 0) throw invalid(faults);
  const stated: StatedUpdate = {
    ...(update ?? DEFAULT_TERMS),
    ...(accountId !== undefined && { accountId }),
    ...(editions !== undefined && { editions }),
    ...(host !== undefined && { host }),
  };
  return { ...config, geo: { ...geo, update: complete(stated, licenseKey, proxy) } };
}

function complete(
  stated: StatedUpdate,
  fromEnvironment: string | undefined,
  proxy: ProxyConfig | undefined,
): UpdateConfig {
  const { editions, schedule, host, accountId } = stated;
  const key = fromEnvironment === undefined ? keyOf(stated) : { licenseKey: fromEnvironment };
  if (accountId !== undefined && key !== undefined) {
    return { editions, schedule, host, accountId, ...key, ...(proxy !== undefined && { proxy }) };
  }
  const faults: string[] = [];
  if (accountId === undefined) {
    faults.push(`updates need an account: set geo.update.account_id, or ${PREFIX}ACCOUNT_ID`);
  }
  if (key === undefined) {
    faults.push(
      `updates need a license key: set geo.update.license_key or license_key_file, or ${PREFIX}LICENSE_KEY`,
    );
  }
  throw invalid(faults);
}

function keyOf(stated: StatedUpdate): LicenseKey | undefined {
  if ('licenseKeyFile' in stated) return { licenseKeyFile: stated.licenseKeyFile };
  return stated.licenseKey === undefined ? undefined : { licenseKey: stated.licenseKey };
}

/** The value of a variable or of its file, trimmed. An empty variable counts as absent. */
function readVariable(
  name: string,
  env: Environment,
  readFile: (path: string) => string,
  faults: string[],
): string | undefined {
  const variable = `${PREFIX}${name}_FILE`;
  const file = env[variable]?.trim();
  if (file === undefined || file === '') return env[`${PREFIX}${name}`]?.trim() || undefined;
  try {
    const value = readFile(file).trim();
    if (value === '') faults.push(`${variable}: the file ${file} is empty`);
    return value;
  } catch (error) {
    faults.push(`${variable}: can't read ${file}: ${describeError(error)}`);
    return undefined;
  }
}

function decide<T>(
  name: string,
  text: string | undefined,
  read: (text: string) => T | TextFault,
  faults: string[],
): T | undefined {
  if (text === undefined || text === '') return undefined;
  const value = read(text);
  if (!isTextFault(value)) return value;
  faults.push(`${PREFIX}${name}: ${value.fault}`);
  return undefined;
}

/** Separated by spaces or commas. */
function readEditions(text: string): readonly string[] | TextFault {
  const editions = text.split(/[\s,]+/).filter((edition) => edition !== '');
  const read = editions.map(readEdition);
  const fault = read.find(isTextFault);
  if (fault !== undefined) return fault;
  return editions.length > 0 ? [...new Set(editions)] : { fault: `"${text}" names no database` };
}

function invalid(faults: readonly string[]): GeopoolError {
  const message = `the settings for database updates are wrong: ${faults.join('; ')}`;
  return new GeopoolError('CONFIG_INVALID', message, { details: faults });
}
