/**
 * A probe that fails because this host has no route to the address says nothing about the mirror: a host without IPv6 must
 * not take every IPv6 address down. To find out, a UDP socket is connected: the kernel looks up the route and sends
 * nothing.
 */
import { createSocket } from 'node:dgram';
import type { Address } from '../ip/address.js';
import { codeOf } from '../platform/errors.js';
import type { ProbeRun } from './probe.js';

/** The kernel's errors if it has no route, or no source address of the family. */
const NO_WAY = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETDOWN']);
/** Discard (RFC 863). Any port would do. */
const ANY_PORT = 9;

/** Wraps a probe run: failures without a route to the address are attributed to this host. */
export function excusingOwnRoute(
  run: ProbeRun,
  hasRoute: (address: Address) => Promise<boolean> = hasRouteTo,
): ProbeRun {
  return async (check, signal, steps) => {
    const outcome = await run(check, signal, steps);
    // Without a route the kernel refuses at once. A probe that merely got no answer did send something.
    if (outcome.ok || outcome.fault !== undefined || (await hasRoute(check.address))) return outcome;
    const family = check.address.family === 'ipv4' ? 'IPv4' : 'IPv6';
    return { ...outcome, error: `this host has no ${family} route to it`, fault: 'ours' };
  };
}

/** Never rejects. If in doubt, there is a route. */
export function hasRouteTo({ family, text }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 'ipv4' ? 'udp4' : 'udp6');
    const end = (error?: Error): void => {
      resolve(!NO_WAY.has(codeOf(error) ?? ''));
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
    };
    socket.once('error', end);
    socket.once('connect', () => end());
    socket.connect(ANY_PORT, text);
  });
}
