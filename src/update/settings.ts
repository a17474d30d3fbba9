/**
 * What the updater needs to be told; the config's reader has checked it. The license key is not among it as text: settings
 * end up in logs and debuggers, so they hold a function that reads the key at each run (which also picks up a key that was
 * rotated).
 */

import { describeError, GeopoolError } from '../platform/errors.js';
import { readPlain } from '../state/plain-file.js';
import type { ProxyConfig } from '../zone/proxy-environment.js';

/** Gives the license key, trimmed; rejects with CONFIG_INVALID where there is none. */
export type KeyReader = () => Promise<string>;

export interface UpdateSettings {
  /** Digits, as MaxMind gives them. */
  readonly accountId: string;
  readonly readKey: KeyReader;
  /** Such as `GeoLite2-City`; at least one, each once. */
  readonly editions: readonly string[];
  /** A cron expression of five fields; local time. */
  readonly schedule: string;
  /** The base URL, without a trailing slash. */
  readonly host: string;
  /** Undefined: the host is asked directly. */
  readonly proxy?: ProxyConfig;
  /** Where `EDITION.mmdb` files live. */
  readonly directory: string;
}

/** Of the license key's file. */
const MOST_OCTETS = 2 ** 20;

/** A key that was given as text. */
export function keyFromText(text: string): KeyReader {
  return async () => checkKey(text, 'license_key');
}

/** A key in a file, read anew each time. */
export function keyFromFile(path: string): KeyReader {
  return async () => {
    let text: string;
    try {
      text = (await readPlain(path, MOST_OCTETS)).toString('utf8');
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
