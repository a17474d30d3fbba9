/** Compression pointers of records that were laid out before the length of the question was known (RFC 1035 §4.1.4). */

/**
 * Completes `count` pointers, from the pair `first` in `pointers` on, in records that were copied to `at`, if they lie
 * within `length`. `end` is where the question ends in the message.
 */
export function setPointers(
  packet: DataView,
  at: number,
  length: number,
  pointers: Int32Array,
  first: number,
  count: number,
  end: number,
): void {
  const behind = first + count * 2;
  for (let i = first; i < behind; i += 2) {
    const offset = pointers[i] ?? 0;
    if (offset < length) packet.setUint16(at + offset, 0xc000 | (end + (pointers[i + 1] ?? 0)));
  }
}
