/**
 * A piece of memory that a worker answers in: as octets to copy into, and as the view that `respond` works on.
 */

export interface PacketBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function newPacketBuffer(size: number): PacketBuffer {
  const buffer = new ArrayBuffer(size);
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer) };
}
