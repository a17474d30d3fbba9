/** Memory in huge pages is memory, wherever it is asked for; and asked for is what lies within it. */
import t from 'tap';
import { openHugePages, wantHugePages } from '../../src/platform/huge-pages.js';
import { LINUX, loadLibc } from '../../src/platform/libc.js';

const HUGE_PAGE = 2 ** 21;

t.test('it is all there, and zero', async (t) => {
  const take = await openHugePages();
  for (const octets of [0, 64, 3 * HUGE_PAGE]) {
    const memory = take(octets);
    t.equal(memory.byteLength, octets);
    t.ok(new Uint8Array(memory).every((octet) => octet === 0));
  }
});

t.test('whole pages within the memory are asked for', async (t) => {
  const libc = await loadLibc();
  if ('unavailable' in libc) {
    t.equal(process.platform === 'linux', false);
    return;
  }
  const asked: number[][] = [];
  const recording = { ...libc, madvise: (...call: number[]): number => asked.push(call) };
  const memory = new SharedArrayBuffer(4 * HUGE_PAGE);
  wantHugePages(recording, memory);
  wantHugePages(recording, new SharedArrayBuffer(64));
  t.equal(asked.length, 1, 'nothing is where no page fits');
  const [from = 0, length = 0, advice] = asked[0] ?? [];
  const start = libc.addressOf(new Uint8Array(memory));
  t.ok(from >= start && from + length <= start + memory.byteLength);
  t.equal(from % HUGE_PAGE, 0);
  t.ok(length >= 3 * HUGE_PAGE);
  t.equal(advice, LINUX.MADV_HUGEPAGE);
});
