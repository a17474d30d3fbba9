/**
 * The largest datagram that an interface of this host takes. Portable UDP must know it, since it can't stop the kernel from
 * fragmenting larger ones.
 */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Octets of an IPv4 header without options, and of a UDP header. */
const IPV4_AND_UDP = 28;

/**
 * The largest UDP payload, in octets, that leaves an IPv4 address unfragmented; undefined if that can't be known. (Every
 * IPv6 link takes 1280 octets, RFC 8200 §5: more than the largest answer and its headers.)
 */
export function largestDatagram(address: string): number | undefined {
  const has = Object.entries(networkInterfaces()).find(([, list]) =>
    list?.some((entry) => entry.family === 'IPv4' && entry.address === address),
  );
  if (has === undefined) return undefined;
  // A secondary address may have a label of its own, for example eth0:1.
  const [name] = has[0].split(':', 1);
  try {
    const mtu = Number(readFileSync(`/sys/class/net/${name}/mtu`, 'utf8'));
    return mtu > IPV4_AND_UDP ? mtu - IPV4_AND_UDP : undefined;
  } catch {
    return undefined;
  }
}
