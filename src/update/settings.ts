/**
 * What the updater needs to be told, checked once. The license key is not among it as text: settings end up in logs and
 * debuggers, so they hold a function that reads the key at each run (which also picks up a key that was rotated).
 */

import { readFile } from 'node:fs/promises';
import { validate } from 'node-cron';
import { describeError, GeopoolError } from '../errors.js';
import { parseUrl } from '../url.js';

/** Gives the license key, trimmed; rejects with CONFIG_INVALID where there is none. */
export type KeyReader = () => Promise<string>;

export interface UpdateSettings {
  /** Digits, as MaxMind gives them. */
  readonly accountId: string;
  readonly readKey: KeyReader;
  /** Such as `GeoLite2-City`; at least one, each once. */
  readonly editions: readonly string[];
  /** A cron expression of five fields, or six with seconds in front; local time. */
  readonly schedule: string;
  /** The base URL, without a trailing slash. */
  readonly host: string;
  /** Where `EDITION.mmdb` files live. */
  readonly directory: string;
}

/** Settings as they are written down: some have defaults, and `host` may be a bare name as geoipupdate has it. */
export interface UpdateOptions {
  readonly accountId: string;
  readonly readKey: KeyReader;
  readonly editions: readonly string[];
  readonly directory: string;
  readonly schedule?: string | undefined;
  readonly host?: string | undefined;
}

export const DEFAULT_HOST = 'https://updates.maxmind.com';

/** Once a night: MaxMind publishes on some days of the week, and asking for a hash is cheap. */
export const DEFAULT_SCHEDULE = '23 4 * * *';

const EDITION_NAME = /^[A-Za-z0-9-]+$/;

/** Checks all settings and fills in defaults; throws CONFIG_INVALID with a detail for each fault. */
export function checkSettings(options: UpdateOptions): UpdateSettings {
  const faults: string[] = [];
  const accountId = options.accountId.trim();
  if (!/^[1-9]\d*$/.test(accountId))
    faults.push('account_id: must be the number that MaxMind gave the account');
  // geoipupdate's old sample configuration; many still have it, and the service answers it with a bare 401.
  if (accountId === '999999')
    faults.push('account_id: 999999 is a placeholder; use the number of your account');
  const editions = [...new Set(options.editions)];
  if (editions.length === 0) faults.push('editions: name at least one, such as GeoLite2-City');
  for (const edition of editions) {
    // The name becomes part of a file name and of a URL.
    if (!EDITION_NAME.test(edition)) {
      faults.push(`editions: ${JSON.stringify(edition)} is no edition; use letters, digits and hyphens`);
    }
  }
  const schedule = options.schedule ?? DEFAULT_SCHEDULE;
  if (!isSchedule(schedule)) faults.push(`schedule: ${JSON.stringify(schedule)} is not a cron expression`);
  const host = normalizeHost(options.host ?? DEFAULT_HOST);
  if (host === undefined)
    faults.push('host: must be an https URL or a host name, without user, query or fragment');
  if (options.directory === '') faults.push('directory: must name the directory for the databases');
  if (faults.length > 0 || host === undefined) {
    throw new GeopoolError(
      'CONFIG_INVALID',
      `the settings for database updates are wrong: ${faults.join('; ')}`,
      {
        details: faults,
      },
    );
  }
  return { accountId, readKey: options.readKey, editions, schedule, host, directory: options.directory };
}

/** A key that was given as text. */
export function keyFromText(text: string): KeyReader {
  return async () => checkKey(text, 'license_key');
}

/** A key in a file, read anew each time. */
export function keyFromFile(path: string): KeyReader {
  return async () => {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      throw new GeopoolError(
        'CONFIG_INVALID',
        `can't read the license key file ${path}: ${describeError(error)}`,
      );
    }
    return checkKey(text, path);
  };
}

/** The key goes into a header in base64, yet one with blanks or control characters is a wrong file, not a key. */
function checkKey(text: string, source: string): string {
  const key = text.trim();
  if (key === '') throw new GeopoolError('CONFIG_INVALID', `${source}: the license key is empty`);
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new GeopoolError(
      'CONFIG_INVALID',
      `${source}: a license key is one word of printable ASCII characters`,
    );
  }
  return key;
}

function isSchedule(text: string): boolean {
  return text.trim() !== '' && validate(text);
}

/** The base URL without a trailing slash; a bare name means https. Undefined where it can't be one. */
function normalizeHost(text: string): string | undefined {
  const trimmed = text.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const url = parseUrl(address);
  if (url === undefined) return undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  return url.href.replace(/\/+$/, '');
}
