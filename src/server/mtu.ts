/**
 * What the interface takes that has an address of this host. Portable UDP needs to know, since it can't keep the kernel from
 * breaking up what is larger.
 */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Octets of an IPv4 header without options, and of a UDP header. */
const IPV4_AND_UDP = 28;

/**
 * The most octets of a datagram that leaves whole from an IPv4 address; undefined where that can't be known. (Whatever
 * carries IPv6 takes 1280 octets, RFC 8200 §5: more than the largest answer and its headers.)
 */
export function largestDatagram(address: string): number | undefined {
  const has = Object.entries(networkInterfaces()).find(([, list]) =>
    list?.some((entry) => entry.family === 'IPv4' && entry.address === address),
  );
  if (has === undefined) return undefined;
  // A further address may have a label of its own, such as eth0:1.
  const [name] = has[0].split(':', 1);
  try {
    const mtu = Number(readFileSync(`/sys/class/net/${name}/mtu`, 'utf8'));
    return mtu > IPV4_AND_UDP ? mtu - IPV4_AND_UDP : undefined;
  } catch {
    return undefined;
  }
}
