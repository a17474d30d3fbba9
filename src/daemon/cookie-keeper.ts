/**
 * The secrets of cookies over time. With a file, they are read from it, and again at each reload; if it is wrong then,
 * nothing changes. Without a file, the server generates its own and rolls it as RFC 7873 §7.1 says: after a day at the
 * latest, at an unpredictable time. The previous secret stays valid for as long as cookies made with it are.
 */
import {
  type CookieSecrets,
  newCookieSecrets,
  replaceSecrets,
  SECRET_OCTETS,
  type SecretList,
} from '../answer/cookie-secrets.js';
import type { Clock } from '../platform/clock.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import { DAY_MS, HOUR_MS } from '../platform/time.js';
import { readPlainSync } from '../state/plain-file.js';
import type { CookieConfig } from '../zone/answering-config.js';
import { readCookieSecrets } from '../zone/cookie-secrets.js';

export interface CookieKeeper {
  /** For the workers; undefined if cookies are disabled. */
  readonly secrets: CookieSecrets | undefined;
  /** Rolls the server's own secret over from now on. */
  start(): void;
  /** Reads the file again, if there is one. Returns what is wrong with it. */
  reload(): readonly string[];
  stop(): void;
}

/** RFC 7873 §7.1: "the default lifetime is one day", less a random part of up to 40 %. */
const LIFETIME = DAY_MS;
const JITTER = 0.4;
/** RFC 9018 §4.3: cookies are valid for an hour, and so is the secret that made them. */
const RETIRED = HOUR_MS;
/** The largest file; two secrets take 66 octets, the rest is for comments. */
const MOST_OCTETS = 2 ** 20;

/** Has nothing to do over time, and no file. */
const IDLE = { start: () => undefined, reload: () => [], stop: () => undefined };

export interface CookieKeeping {
  readonly config: CookieConfig;
  readonly clock: Clock;
  readonly random: Random;
  /** Octets that can't be guessed. */
  readonly randomBytes: (octets: number) => Uint8Array;
  readonly log: Log;
}

/** Throws CONFIG_INVALID, with a line for each fault, if there is a file and it is wrong. */
export function keepCookies({ config, ...tools }: CookieKeeping): CookieKeeper {
  if (!config.enabled) return { ...IDLE, secrets: undefined };
  return config.secretFile === undefined ? rollOver(tools) : follow(config.secretFile, tools.log);
}

/** The secrets in a file. Throws CONFIG_INVALID. */
export function secretsInFile(file: string): SecretList {
  let text: string;
  try {
    text = readPlainSync(file, MOST_OCTETS).toString('utf8');
  } catch (error) {
    const fault = `${file}:1:1: can't be read: ${describeError(error)}`;
    throw new GeopoolError('CONFIG_INVALID', fault, { cause: error, details: [fault] });
  }
  const read = readCookieSecrets(text, file);
  if ('secrets' in read) return read.secrets;
  throw new GeopoolError('CONFIG_INVALID', `${file}, the file of cookie secrets, is wrong`, {
    details: read.faults,
  });
}

function follow(file: string, log: Log): CookieKeeper {
  const secrets = newCookieSecrets(secretsInFile(file));
  return {
    ...IDLE,
    secrets,
    reload() {
      try {
        replaceSecrets(secrets, secretsInFile(file));
        return [];
      } catch (error) {
        if (!(error instanceof GeopoolError)) throw error;
        const { details } = error;
        log.error(
          { event: 'cookie-secrets-wrong', file, faults: details },
          `cookie secrets stay as they were: ${details.join('; ')}`,
        );
        return details;
      }
    },
  };
}

function rollOver({ clock, random, randomBytes }: Omit<CookieKeeping, 'config'>): CookieKeeper {
  let current = randomBytes(SECRET_OCTETS);
  const secrets = newCookieSecrets([current]);
  let cancel = (): void => undefined;
  const schedule = (): void => {
    cancel = clock.after(LIFETIME * (1 - JITTER * random()), () => {
      const before = current;
      current = randomBytes(SECRET_OCTETS);
      replaceSecrets(secrets, [current, before]);
      cancel = clock.after(RETIRED, () => {
        replaceSecrets(secrets, [current]);
        schedule();
      });
    });
  };
  return { ...IDLE, secrets, start: schedule, stop: () => cancel() };
}
