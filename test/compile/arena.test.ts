/** Memory for what is dealt first. */
import t from 'tap';
import { createArena } from '../../src/compile/arena.js';

t.test('arrays lie in one block, each from the start of a line, and none over another', async (t) => {
  const arena = createArena();
  const arrays = Array.from({ length: 300 }, (_, i) =>
    i % 3 === 0
      ? arena.uint16(i)
      : i % 3 === 1
        ? arena.uint32(Uint32Array.from({ length: i }, () => i))
        : arena.bytes(Uint8Array.from({ length: i }, () => i)),
  );
  for (const [i, array] of arrays.entries()) if (i % 3 === 0) array.fill(i);
  t.equal(new Set(arrays.map(({ buffer }) => buffer)).size, 1);
  t.ok(arrays.every(({ byteOffset }) => byteOffset % 64 === 0));
  t.ok(
    arrays.every(
      (array, i) =>
        array.length === i && array.every((value) => value === i % 2 ** (array.BYTES_PER_ELEMENT * 8)),
    ),
  );
  t.ok(arrays[0]?.buffer instanceof SharedArrayBuffer);
});

t.test('blocks follow one another; what is large has memory of its own', async (t) => {
  const arena = createArena();
  const parts = Array.from({ length: 40 }, () => arena.uint16(1 << 18));
  t.equal(new Set(parts.map(({ buffer }) => buffer)).size, 3, 'of 4 MB, 8 MB and 16 MB');
  const large = arena.uint16(5 << 20);
  t.equal(large.byteOffset, 0);
  t.equal(large.buffer.byteLength, 10 << 20);
});

t.test('closed, it gives memory that is given back by itself', async (t) => {
  const arena = createArena();
  const before = arena.uint32([1, 2]);
  t.ok(arena.isOpen());
  arena.close();
  t.notOk(arena.isOpen());
  const after = [arena.uint32([3]), arena.uint16(4), arena.bytes([5])];
  t.same([...before], [1, 2]);
  t.same(
    after.map(({ buffer }) => buffer.byteLength),
    [4, 8, 1],
  );
});
