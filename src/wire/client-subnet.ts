/**
 * The client subnet option (RFC 7871): the network of the client that a resolver asks for. It is read strictly, since a
 * scope returned for a malformed subnet would be cached for other clients.
 */

export interface ClientSubnet {
  present: boolean;
  /** 0 (none given), 1 (IPv4) or 2 (IPv6), as on the wire. */
  family: number;
  /** Bits of the address that the resolver sends. */
  source: number;
  /** The address in network order, with zeros after the source prefix; for IPv4 it is the first four octets. */
  readonly address: Uint8Array;
}

/** The option's octets before its address. */
const FIXED = 4;

export function newClientSubnet(): ClientSubnet {
  return { present: false, family: 0, source: 0, address: new Uint8Array(16) };
}

/** Forgets the option of the previous query. */
export function clearSubnet(subnet: ClientSubnet): void {
  subnet.present = false;
}

/** Reads the option's `size` octets at `at`. Returns false if it is malformed, which is FORMERR (RFC 7871 §7.1.2). */
export function readSubnet(packet: DataView, at: number, size: number, subnet: ClientSubnet): boolean {
  // Two of them would name two clients.
  if (subnet.present || size < FIXED) return false;
  const family = packet.getUint16(at);
  const source = packet.getUint8(at + 2);
  // RFC 7871 §6: in queries the scope "MUST be set to 0".
  if (packet.getUint8(at + 3) !== 0) return false;
  const octets = (source + 7) >> 3;
  // RFC 7871 §6: the address has just as many octets as the source prefix needs.
  if (size !== FIXED + octets) return false;
  if (family === 0) {
    // Family 0 has no address: some clients ask this way that no subnet be used.
    if (source !== 0) return false;
  } else if (family > 2 || source > (family === 1 ? 32 : 128)) return false;
  const { address } = subnet;
  // Only an IPv6 address can have left anything after the first four octets.
  if (subnet.family === 2) address.fill(0);
  const room = family === 2 ? 16 : 4;
  for (let i = 0; i < room; i++) address[i] = i < octets ? packet.getUint8(at + FIXED + i) : 0;
  // RFC 7871 §6: bits after the prefix "MUST be set to 0".
  const spare = octets * 8 - source;
  if (octets > 0 && ((address[octets - 1] ?? 0) & ((1 << spare) - 1)) !== 0) return false;
  subnet.present = true;
  subnet.family = family;
  subnet.source = source;
  return true;
}

/** Octets of the option in an answer, including its code and length. */
export function subnetOptionLength(subnet: ClientSubnet): number {
  return 4 + FIXED + ((subnet.source + 7) >> 3);
}

/** Writes the option with `scope` at `at`: family, source and address are those of the query (RFC 7871 §7.2.1). */
export function writeSubnetOption(packet: DataView, at: number, subnet: ClientSubnet, scope: number): number {
  const octets = (subnet.source + 7) >> 3;
  packet.setUint32(at, (8 << 16) | (FIXED + octets));
  packet.setUint16(at + 4, subnet.family);
  packet.setUint8(at + 6, subnet.source);
  packet.setUint8(at + 7, scope);
  for (let i = 0; i < octets; i++) packet.setUint8(at + 8 + i, subnet.address[i] ?? 0);
  return at + 8 + octets;
}
