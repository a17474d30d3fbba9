/** Targets for tests: one mirror of one pool, any part of it replaced. */

import { type Address, parseAddress } from '../../src/ip/address.js';
import type { Check, Target } from '../../src/probe/target.js';
import type { HttpProbe } from '../../src/zone/http-probe-keys.js';
import type { Probe, TcpProbe } from '../../src/zone/probe-forms.js';

export function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is not an address`);
  return address;
}

export const TIMING = { interval: 30_000, fastInterval: 2000, timeout: 5000, fall: 3, rise: 2 } as const;

export function httpProbe(parts: Partial<HttpProbe> = {}): HttpProbe {
  return {
    type: 'http',
    port: 80,
    host: 'dl.example.org',
    path: '/project/trace',
    method: 'GET',
    expect: [200, 206],
    redirects: 'none',
    verify: true,
    certWarn: 14 * 86_400_000,
    ...TIMING,
    ...parts,
  };
}

export function tcpProbe(parts: Partial<TcpProbe> = {}): TcpProbe {
  return { type: 'tcp', port: 873, ...TIMING, ...parts };
}

/** A target with one probe, unless `parts` name more. */
export function targetOf(
  address: string,
  { probe = httpProbe(), ...parts }: Partial<Omit<Target, 'address'>> & { readonly probe?: Probe } = {},
): Target {
  return {
    zone: 'dl.example.org',
    pool: 'dl.example.org',
    mirror: 'aurora',
    address: addressOf(address),
    probes: [probe],
    ...parts,
  };
}

export function checkOf(address: string, probe: Probe = httpProbe()): Check {
  const { probes: _, ...place } = targetOf(address);
  return { ...place, probe };
}
