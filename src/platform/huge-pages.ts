/**
 * Huge pages for memory that is read all over: in pages of 4 kB the processor knows by heart where some megabytes of it are,
 * and has to look the others up. Linux gives them to everybody, to nobody, or to who asks, as its administrator has it
 * (transparent_hugepage); who is not given any notices nothing.
 */
import { LINUX, type Libc, loadLibc } from './libc.js';

/** Of most architectures; where they are larger, those at either end are no part of it. */
const HUGE_PAGE = 2 ** 21;

/** Asks for huge pages where this memory is; for what nobody has written to yet, they come as it is. */
export function wantHugePages({ addressOf, madvise }: Libc, memory: SharedArrayBuffer): void {
  const start = addressOf(new Uint8Array(memory));
  const first = Math.ceil(start / HUGE_PAGE) * HUGE_PAGE;
  const end = Math.floor((start + memory.byteLength) / HUGE_PAGE) * HUGE_PAGE;
  if (end > first) madvise(first, end - first, LINUX.MADV_HUGEPAGE);
}

/** Gives what takes so many octets of memory, in huge pages if there are any to be had. */
export async function openHugePages(): Promise<(octets: number) => SharedArrayBuffer> {
  const libc = await loadLibc();
  return (octets) => {
    const memory = new SharedArrayBuffer(octets);
    if (!('unavailable' in libc)) wantHugePages(libc, memory);
    return memory;
  };
}
