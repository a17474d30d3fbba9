/** Geographies as one block: they come back as they were, and what was changed does not come back at all. */
import t from 'tap';
import type { Geography } from '../../../src/compile/map/geography.js';
import { mapOfOne, sharedMap } from '../../../src/compile/map/map-table.js';
import { packMaps, unpackMaps } from '../../../src/compile/map/packed-maps.js';

const LEAF = -0x8000_0000;
const tree = { nodes: Int32Array.of(LEAF, LEAF | 1), ipv4: 0, ipv6: LEAF | 1 };
const catchments = (candidates: number) => ({
  candidates,
  starts: Uint32Array.of(0, 4, 9),
  words: Uint32Array.from({ length: 9 }, (_, i) => i * candidates),
});
const GEOGRAPHIES: readonly Geography[] = [
  { table: sharedMap(tree, Int16Array.of(0, -2, 5)), catchments: catchments(3), isOnGrid: false },
  { table: sharedMap(tree, Int32Array.of(0, 70_000)), catchments: catchments(7), isOnGrid: true },
  { table: mapOfOne(), catchments: catchments(1), isOnGrid: false },
];

t.test('what was packed is unpacked, each array of its own kind', async (t) => {
  const { block, geographies } = packMaps(GEOGRAPHIES);
  t.same(geographies, GEOGRAPHIES);
  t.same(unpackMaps(block), GEOGRAPHIES);
  t.ok(unpackMaps(block)?.[0]?.table.cells instanceof Int16Array);
  t.same(unpackMaps(packMaps([]).block), []);
});

t.test('what several have is there once', async (t) => {
  const [first, second] = packMaps(GEOGRAPHIES).geographies;
  t.equal(first?.table.map, second?.table.map);
  t.not(first?.table.cells, second?.table.cells);
  t.equal(first?.table.map.buffer, second?.table.cells.buffer, 'all in one block');
});

t.test('a block of which any octet is another is none', async (t) => {
  const { block } = packMaps(GEOGRAPHIES);
  for (let at = 0; at < block.length; at += 7) {
    const changed = block.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    if (unpackMaps(changed) !== undefined) t.fail(`octet ${at}`);
  }
  for (const length of [0, 35, 36, block.length - 1]) t.equal(unpackMaps(block.slice(0, length)), undefined);
});
