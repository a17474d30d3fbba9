/** Where a packet came from: 4 or 16 octets from `offset` on. The transport sets it before each `respond`. */
export interface Peer {
  bytes: Uint8Array;
  offset: number;
  ipv6: boolean;
}
