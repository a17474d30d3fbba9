/**
 * Asks one canary in one family. What it says does not matter, only that it says something: it stands for this host's way
 * to the world, so no certificate is looked at either.
 */
import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Clock } from '../clock.js';
import type { Family } from '../facts.js';
import type { Canary } from '../zone/model.js';
import type { Resolve } from './resolve.js';

/** `absent`: it has no address of the family, and says nothing of it. */
export type CanaryAnswer = 'answers' | 'silent' | 'absent';

/** Never rejects, and ends within `CANARY_MS`. */
export type CanaryRun = (canary: Canary, family: Family) => Promise<CanaryAnswer>;

/** A fall waits for this at the most. */
const CANARY_MS = 2500;

/** `resolve` is for canaries that are known by name. */
export function createCanaryRun(clock: Clock, version: string, resolve: Resolve): CanaryRun {
  return async (canary, family) => {
    if (canary.family !== undefined && canary.family !== family) return 'absent';
    const end = new AbortController();
    let expire = (): void => undefined;
    const late = new Promise<CanaryAnswer>((resolve) => {
      expire = () => resolve('silent');
    });
    const stop = clock.after(CANARY_MS, () => {
      end.abort();
      expire();
    });
    try {
      return await Promise.race([askOnce(canary, family, version, resolve, end.signal), late]);
    } finally {
      stop();
      end.abort();
    }
  };
}

async function askOnce(
  canary: Canary,
  family: Family,
  version: string,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<CanaryAnswer> {
  let host = canary.host;
  if (canary.family === undefined) {
    const found = await resolve(canary.host, family, signal);
    if ('fault' in found) return found.missing ? 'absent' : 'silent';
    const [first] = found.addresses;
    if (first === undefined) return 'absent';
    host = first.text;
  }
  try {
    await (canary.type === 'tcp'
      ? reach(host, canary.port, signal)
      : fetchHead(canary, host, version, signal));
    return 'answers';
  } catch {
    return 'silent';
  }
}

function reach(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const giveUp = (): void => void socket.destroy(new Error('given up'));
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('connect', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject);
    if (signal.aborted) giveUp();
  });
}

function fetchHead(
  canary: Extract<Canary, { path: string }>,
  address: string,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const { host, port, path, type } = canary;
  const named = canary.family === 'ipv6' ? `[${host}]` : host;
  const options = {
    host: address,
    port,
    path,
    method: 'GET',
    agent: false,
    signal,
    headers: { host: named, 'user-agent': `geopool/${version} (canary)`, connection: 'close' },
  };
  return new Promise((resolve, reject) => {
    const request: ClientRequest =
      type === 'http'
        ? httpRequest(options)
        : httpsRequest({
            ...options,
            rejectUnauthorized: false,
            ...(canary.family === undefined && { servername: host }),
          });
    request.once('response', (response) => {
      resolve();
      response.destroy();
    });
    request.once('error', reject);
    request.end();
  });
}
