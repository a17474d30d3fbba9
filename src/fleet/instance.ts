/**
 * One instance of Valkey or Redis. It gets one request at a time, has a second to answer, and the size of the answer is
 * limited. After any error the connection is closed and opened again, at most a second later. So no requests pile up, and an
 * instance that hangs, floods or is unreachable affects nothing else.
 */
import { Redis, type RedisOptions } from 'ioredis';
import handling from 'ioredis/built/DataHandler.js';
import type { Random } from '../platform/random.js';
import { MOST_BODY_OCTETS } from './documents.js';
import { describeFault } from './instance-fault.js';

export interface InstanceAccess {
  readonly username?: string;
  readonly password?: string;
  /** PEM, as are the next two. */
  readonly ca?: Buffer;
  readonly certificate?: Buffer;
  readonly clientKey?: Buffer;
}

export interface Instance {
  readonly url: string;
  /** The values of these keys, null for a missing one. Rejects if they can't be read within a second. */
  get(keys: readonly string[]): Promise<readonly (Buffer | null)[]>;
  /** Sets the keys atomically, to expire after `lasts` milliseconds. */
  set(values: readonly (readonly [key: string, value: Buffer])[], lasts: number): Promise<void>;
  close(): void;
}

const PATIENCE_MS = 1000;
/** The maximum time from one connection attempt to the next. */
const RETRY_MS = 1000;
/** The limit for one answer. All bodies of one member are smaller together. */
const MOST_ANSWER = 4 * MOST_BODY_OCTETS;
/** The client's error name if a connection ended before the answer. */
const ENDED = 'MaxRetriesPerRequestError';
/** The limit for the answers during login. */
const MOST_GREETING = 64 * 1024;

// The client expects only what an instance should say. It throws at a null that nobody asked for or a push without a name,
// and later, outside of all its callers, where that would end the process. Thrown at once, it ends the connection.
Object.defineProperty(handling.default.prototype, 'dispatch', { value: (take: () => void) => take() });

/** `access` is called again for each connection. */
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
  /** When the current connection attempt began. */
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
    // Do not wait for a connection that does not close because the instance hangs or is cut off.
    disconnectTimeout: 0,
    retryStrategy(times) {
      // The client reads its options again when it connects.
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

  /** The client still reports "ready" for a moment after a connection has ended. */
  const isReady = (): boolean => redis.status === 'ready' && redis.stream.writable;

  /** Resolves as soon as the instance can be asked. */
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
      // The reason that the connection ended is already in `fault`.
      if (!(error instanceof Error && error.name === ENDED)) fault = describeFault(error);
      // A late answer must not be taken for the answer to another request, nor wait in a queue.
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
