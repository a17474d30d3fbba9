/**
 * Huge pages for memory that is read at random. In pages of 4 kB, the processor has the addresses of a few megabytes of it
 * cached, and has to look up the others. Linux gives huge pages to every process, to none, or to those that ask, as its
 * administrator decides (transparent_hugepage). Without them everything works as before.
 */
import { LINUX, type Libc, loadLibc } from './libc.js';

/** The size on most architectures. Where it is larger, incomplete pages at either end stay as they are. */
const HUGE_PAGE = 2 ** 21;

/** Asks for huge pages for this memory. Parts that were never written to get them at the first write. */
export function wantHugePages({ addressOf, madvise }: Libc, memory: SharedArrayBuffer): void {
  const start = addressOf(new Uint8Array(memory));
  const first = Math.ceil(start / HUGE_PAGE) * HUGE_PAGE;
  const end = Math.floor((start + memory.byteLength) / HUGE_PAGE) * HUGE_PAGE;
  if (end > first) madvise(first, end - first, LINUX.MADV_HUGEPAGE);
}

/** Returns a function that allocates shared memory, in huge pages if they can be had. */
export async function openHugePages(): Promise<(octets: number) => SharedArrayBuffer> {
  const libc = await loadLibc();
  return (octets) => {
    const memory = new SharedArrayBuffer(octets);
    if (!('unavailable' in libc)) wantHugePages(libc, memory);
    return memory;
  };
}
