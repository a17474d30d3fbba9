/**
 * One instance of Valkey or Redis. It is asked one thing at a time, for a second at the most, and may say only so much;
 * whatever goes wrong, the connection is cut and made anew, at most a second later. So nothing ever waits in it, and an
 * instance that hangs, floods or is away costs nothing but itself.
 */
import { Redis, type RedisOptions } from 'ioredis';
import type { Random } from '../platform/random.js';
import { MOST_BODY_OCTETS } from './documents.js';
import { describeFault } from './instance-fault.js';

export interface InstanceAccess {
  readonly username?: string;
  readonly password?: string;
  /** PEM, all three. */
  readonly ca?: Buffer;
  readonly certificate?: Buffer;
  readonly clientKey?: Buffer;
}

export interface Instance {
  readonly url: string;
  /** What these keys hold, null where there is none. Rejects where it can't be had within a second. */
  get(keys: readonly string[]): Promise<readonly (Buffer | null)[]>;
  /** Sets keys, all at once, for some milliseconds. */
  set(values: readonly (readonly [key: string, value: Buffer])[], lasts: number): Promise<void>;
  close(): void;
}

const PATIENCE_MS = 1000;
/** From one attempt to connect to the next, at the most. */
const RETRY_MS = 1000;
/** Of one answer; all bodies of one member have less. */
const MOST_ANSWER = 4 * MOST_BODY_OCTETS;
/** What the client calls it where a connection ended before the answer. */
const ENDED = 'MaxRetriesPerRequestError';
/** Of what it says to a name and a password. */
const MOST_GREETING = 64 * 1024;

/** Each connection is made with what `access` gives then. */
export function openInstance(url: string, access: () => InstanceAccess, random: Random): Instance {
  const { protocol, hostname, port, pathname } = new URL(url);
  function shown(): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
    const { username, password, ca, certificate, clientKey } = access();
    return {
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(protocol === 'rediss:' && {
        tls: {
          ...(ca !== undefined && { ca }),
          ...(certificate !== undefined && { cert: certificate }),
          ...(clientKey !== undefined && { key: clientKey }),
        },
      }),
    };
  }
  /** When the attempt to connect that goes on began. */
  let began = 0;
  const redis = new Redis({
    ...(protocol === 'unix:'
      ? { path: decodeURIComponent(pathname) }
      : { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 6379 : Number(port) }),
    ...shown(),
    protocol: 2,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    // What does not take its leave, since it hangs or is cut off, holds up nobody.
    disconnectTimeout: 0,
    retryStrategy(times) {
      // The client looks into its options when it connects.
      Object.assign(redis.options, shown());
      const pace = Math.min(RETRY_MS, 50 * 2 ** times) * (0.5 + random() / 2);
      return Math.max(0, pace - (performance.now() - began));
    },
    reconnectOnError: () => false,
  });
  const closing = new AbortController();
  let left = 0;
  let fault = 'not connected yet';
  redis.on('error', (error: unknown) => {
    fault = describeFault(error);
  });
  redis.on('connecting', () => {
    began = performance.now();
  });
  redis.on('connect', () => {
    const { stream } = redis;
    left = MOST_GREETING;
    stream.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) stream.destroy(new Error('it says more than it was asked for'));
    });
  });

  /** A connection that ends goes on being called ready for a moment. */
  const isReady = (): boolean => redis.status === 'ready' && redis.stream.writable;

  /** Resolves as soon as it can be asked. */
  function connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(late);
        redis.off('ready', settle);
        closing.signal.removeEventListener('abort', settle);
        if (isReady()) resolve();
        else reject(new Error(fault));
      };
      const late = setTimeout(settle, PATIENCE_MS);
      redis.on('ready', settle);
      closing.signal.addEventListener('abort', settle);
      if (isReady() || closing.signal.aborted) settle();
    });
  }

  async function exchange<T>(most: number, ask: () => Promise<T>): Promise<T> {
    await connected();
    left = most;
    fault = 'it ended the connection';
    try {
      return await ask();
    } catch (error) {
      // Why a connection ended was told by then.
      if (!(error instanceof Error && error.name === ENDED)) fault = describeFault(error);
      // What it says later must not be taken for the answer to something else, nor wait in a queue.
      redis.disconnect(true);
      throw new Error(fault, { cause: error });
    }
  }

  return {
    url,
    get: (keys) =>
      exchange(MOST_ANSWER, async () => {
        const found: unknown = await redis.mgetBuffer(...keys);
        if (Array.isArray(found) && found.length === keys.length && found.every(isValue)) return found;
        throw new Error('its answer makes no sense');
      }),
    set: (values, lasts) =>
      exchange(MOST_ANSWER, async () => {
        const all = redis.multi();
        for (const [key, value] of values) all.set(key, value, 'PX', lasts);
        for (const [error] of (await all.exec()) ?? []) if (error !== null) throw error;
      }),
    close() {
      redis.disconnect();
      closing.abort();
    },
  };
}

function isValue(value: unknown): value is Buffer | null {
  return value === null || Buffer.isBuffer(value);
}
