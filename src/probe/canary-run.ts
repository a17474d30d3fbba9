/**
 * Asks one canary in one family. Any answer counts, whatever it says: the canary only shows that this host can reach the
 * Internet. Its certificate is not verified for the same reason.
 */
import { createSecureContext } from 'node:tls';
import { type Address, parseAddress } from '../ip/address.js';
import type { Clock } from '../platform/clock.js';
import type { Family } from '../platform/types.js';
import type { Canary } from '../zone/model.js';
import { exchange, hostHeader } from './http-exchange.js';
import { createCertificateReader } from './peer-certificate.js';
import type { Resolve } from './resolve.js';
import { tryTcp } from './tcp-probe.js';
import { createRecorder } from './trace.js';

/** `absent`: the canary has no address of the family, so it says nothing about it. */
export type CanaryAnswer = 'answers' | 'silent' | 'absent';

/** Never rejects, and ends within `CANARY_MS`. */
export type CanaryRun = (canary: Canary, family: Family) => Promise<CanaryAnswer>;

/** A mirror's change to down waits at most this long, in milliseconds. */
const CANARY_MS = 2500;

/** `resolve` looks up canaries that are given by name. */
export function createCanaryRun(clock: Clock, version: string, resolve: Resolve): CanaryRun {
  const trust = { context: createSecureContext(), read: createCertificateReader() };
  const userAgent = `geopool/${version} (canary)`;

  async function reach(canary: Canary, address: Address, signal: AbortSignal): Promise<void> {
    const { type, host, port } = canary;
    const trace = createRecorder(clock);
    if (type === 'tcp') return tryTcp(address, { port }, signal, trace);
    const tls = type === 'https' ? { tls: { host, verify: false, trust } } : {};
    const request = {
      method: 'GET',
      path: canary.path,
      host: hostHeader(type, host, port),
      userAgent,
    } as const;
    await exchange({ to: { address, port, ...tls }, request, reader: () => undefined }, signal, trace);
  }

  async function askOnce(canary: Canary, family: Family, signal: AbortSignal): Promise<CanaryAnswer> {
    let address = parseAddress(canary.host);
    if (address === null) {
      const found = await resolve(canary.host, family, signal);
      if ('fault' in found) return found.missing ? 'absent' : 'silent';
      [address = null] = found.addresses;
      if (address === null) return 'absent';
    }
    if (signal.aborted) return 'silent';
    return reach(canary, address, signal).then(
      () => 'answers',
      () => 'silent',
    );
  }

  return async (canary, family) => {
    if (canary.family !== undefined && canary.family !== family) return 'absent';
    const end = new AbortController();
    const stop = clock.after(CANARY_MS, () => end.abort());
    try {
      return await askOnce(canary, family, end.signal);
    } finally {
      stop();
    }
  };
}
