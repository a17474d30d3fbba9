/**
 * The updater's settings, already validated by the config reader. They hold no license key as text, because settings end up
 * in logs and debuggers. Instead they have a function that reads the key at each run, which also picks up a rotated key.
 */

import { describeError, GeopoolError } from '../platform/errors.js';
import { readPlain } from '../state/plain-file.js';
import type { ProxyConfig } from '../zone/proxy-environment.js';

/** Returns the license key, trimmed; rejects with CONFIG_INVALID if there is none. */
export type KeyReader = () => Promise<string>;

export interface UpdateSettings {
  /** Digits, as assigned by MaxMind. */
  readonly accountId: string;
  readonly readKey: KeyReader;
  /** For example `GeoLite2-City`; at least one, without duplicates. */
  readonly editions: readonly string[];
  /** A cron expression of five fields; local time. */
  readonly schedule: string;
  /** The base URL, without a trailing slash. */
  readonly host: string;
  /** Undefined: the host is reached directly. */
  readonly proxy?: ProxyConfig;
  /** The directory of the `EDITION.mmdb` files. */
  readonly directory: string;
}

/** The size limit of the license key file. */
const MOST_OCTETS = 2 ** 20;

/** A key given as text. */
export function keyFromText(text: string): KeyReader {
  return async () => checkKey(text, 'license_key');
}

/** A key in a file, read again each time. */
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

/** Any text could be sent, as base64 in a header. But a key with blanks or control characters means a wrong file. */
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
