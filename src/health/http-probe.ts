/**
 * Asks a mirror for a path as a client of the pool would: to its own address, by the pool's name. Each probe has a
 * connection of its own, follows no redirect (where it leads may be healthy while this mirror is not) and reads no body.
 * The sole place in this room that knows undici.
 */
import { isIPv6, type Socket } from 'node:net';
import type { Address } from '../ip/address.js';
import type { HttpProbe } from '../zone/model.js';
import { openConnection, type TlsWish } from './connection.js';
import type { Phase } from './probe-error.js';

/** A mirror that sends more header than this is broken, and costs no more memory than this. */
const MAX_HEADER_BYTES = 16_384;

const DEFAULT_PORT = { http: 80, https: 443 } as const;

export interface HttpProbeOptions {
  /** The User-Agent header. */
  readonly userAgent: string;
  /** Certificates to trust instead of Node's, as PEM. */
  readonly ca?: string;
}

/**
 * Loads what HTTP probes need, which takes 80 ms and 12 MB: a server whose pools are not probed that way does without,
 * and one whose pools are has it before it serves.
 */
export async function prepareHttp(): Promise<void> {
  await import('undici');
}

/** The status of the answer. Rejects with undici's or the system's error, or with the signal's reason once it aborts. */
export async function tryHttp(
  address: Address,
  probe: Pick<HttpProbe, 'type' | 'port' | 'host' | 'path'>,
  options: HttpProbeOptions,
  signal: AbortSignal,
  onPhase: (phase: Phase) => void,
): Promise<number> {
  const tls: TlsWish | undefined =
    probe.type === 'http'
      ? undefined
      : { host: probe.host, ...(options.ca === undefined ? {} : { ca: options.ca }) };
  const endpoint = { address, port: probe.port, ...(tls === undefined ? {} : { tls }) };
  let socket: Socket | undefined;
  const { Client } = await import('undici');
  signal.throwIfAborted();

  const client = new Client(`${probe.type}://${bracketed(address.text)}:${probe.port}`, {
    maxHeaderSize: MAX_HEADER_BYTES,
    maxCachedSessions: 0,
    // The one deadline is the signal's; undici's own timers are coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(_, callback) {
      const opened = openConnection(endpoint, onPhase, (error) => {
        if (error !== null) return callback(error, null);
        onPhase('waiting for the answer');
        callback(null, opened);
      });
      socket = opened;
    },
  });
  // Given a signal, undici ends a request only once it is connected; this ends it in any state.
  const giveUp = (): void => {
    void client.destroy(signal.reason instanceof Error ? signal.reason : null);
    socket?.destroy();
  };
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const { statusCode, body } = await client.request({
      method: 'GET',
      path: probe.path,
      headers: { host: hostHeader(probe), 'user-agent': options.userAgent, accept: '*/*' },
      reset: true,
    });
    // The body is cut off below, which it calls an error.
    body.on('error', () => undefined);
    return statusCode;
  } finally {
    signal.removeEventListener('abort', giveUp);
    await client.destroy();
    socket?.destroy();
  }
}

/** RFC 9110 §7.2: the authority of the target, its port left out where it is the scheme's default (§4.2.3). */
export function hostHeader(probe: Pick<HttpProbe, 'type' | 'port' | 'host'>): string {
  const host = bracketed(probe.host);
  return probe.port === DEFAULT_PORT[probe.type] ? host : `${host}:${probe.port}`;
}

function bracketed(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
