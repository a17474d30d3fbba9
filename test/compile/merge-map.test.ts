/** Merging maps: every address leads to the catchment of its own place, AS and networks, and no leaf is deeper than it must be. */
import fc from 'fast-check';
import t from 'tap';
import { type CatchmentOf, type ClientTrees, mergeMap } from '../../src/compile/merge-map.js';
import { type Address, addressFromBytes, bitsOf, embeddedIPv4, parseAddress } from '../../src/ip/address.js';
import { parsePrefix, prefixOf } from '../../src/ip/prefix.js';
import { isLeaf, leaf, type PrefixTree, treeOfPrefixes, walk } from '../../src/ip/prefix-tree.js';

function find(tree: PrefixTree, { family, bytes }: Address): { value: number; depth: number } {
  const found = walk(tree.nodes, tree[family], bytes, 0, bitsOf(family));
  return { value: found >>> 8, depth: found & 0xff };
}

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error(text);
  return parsed;
}

function treeOf(...prefixes: string[]): PrefixTree {
  return treeOfPrefixes(
    prefixes.map((text, id) => {
      const prefix = parsePrefix(text);
      if ('fault' in prefix) throw new Error(prefix.fault);
      return { prefix, id };
    }),
  ).tree;
}

const NOTHING = treeOf();
const distinct: CatchmentOf = (location, asn, networks) => location * 100 + asn * 10 + networks;

/** The nodes whose two sides are the same leaf: each would make a scope longer than it need be. */
function redundant({ nodes }: PrefixTree): number {
  let count = 0;
  for (let i = 0; i < nodes.length; i += 2) {
    const zero = nodes[i] ?? 0;
    if (isLeaf(zero) && zero === nodes[i + 1]) count++;
  }
  return count;
}

t.test('one place for everybody: no node at all', async (t) => {
  const map = mergeMap({ locations: NOTHING, asns: NOTHING, networks: NOTHING }, () => 0);
  t.same([...map.nodes], []);
  t.same([map.ipv4, map.ipv6], [leaf(0), leaf(0)]);
});

t.test('places that are one catchment are one leaf, however many there were', async (t) => {
  const locations = treeOf('10.0.0.0/9', '10.128.0.0/9', '11.0.0.0/8', '2001:db8::/32', '192.0.2.0/24');
  const map = mergeMap({ locations, asns: NOTHING, networks: NOTHING }, () => 7);
  t.same([...map.nodes], []);
  t.same([map.ipv4, map.ipv6], [leaf(7), leaf(7)]);
  const two = mergeMap({ locations, asns: NOTHING, networks: NOTHING }, (at) => (at === 0 ? 0 : 1));
  t.same(find(two, address('10.1.2.3')), { value: 1, depth: 7 }, '10/9, 10.128/9 and 11/8 together');
  t.same(find(two, address('192.0.2.1')), { value: 1, depth: 24 });
});

t.test('AS numbers and networks lie over places', async (t) => {
  const trees: ClientTrees = {
    locations: treeOf('10.0.0.0/8'),
    asns: treeOf('10.1.0.0/16', '12.0.0.0/8'),
    networks: treeOf('10.1.2.0/24', '2001:db8::/32'),
  };
  const map = mergeMap(trees, distinct);
  t.same(find(map, address('10.1.2.3')), { value: 111, depth: 24 });
  t.same(find(map, address('10.1.3.3')).value, 110);
  t.same(find(map, address('10.2.0.0')).value, 100);
  t.same(find(map, address('12.0.0.0')), { value: 20, depth: 8 });
  t.same(find(map, address('2001:db8::1')), { value: 2, depth: 32 });
  t.same(find(map, address('2001:db9::1')).value, 0);
});

t.test('mapped and 6to4 addresses lead to IPv4, whatever IPv6 says there', async (t) => {
  const trees: ClientTrees = {
    locations: treeOf('10.0.0.0/8', '2002::/15', '2000::/3', '::/8'),
    asns: NOTHING,
    networks: treeOf('10.1.0.0/16', '::/0'),
  };
  const map = mergeMap(trees, distinct);
  const four = find(map, address('10.1.2.3'));
  t.same(find(map, address('::ffff:10.1.2.3')), { value: four.value, depth: four.depth + 96 });
  t.same(find(map, address('2002:a01:203::1')), { value: four.value, depth: four.depth + 16 });
  t.same(find(map, address('2002:b01:203::1')).value, find(map, address('11.1.2.3')).value);
  t.not(find(map, address('2003::1')).value, find(map, address('11.1.2.3')).value);
  t.not(find(map, address('::fffe:10.1.2.3')).value, four.value);
});

t.test('IPv4 that is one catchment does not make IPv6 deeper than it must be', async (t) => {
  const map = mergeMap({ locations: treeOf('2001:db8::/32'), asns: NOTHING, networks: NOTHING }, (at) => at);
  t.equal(map.ipv4, leaf(0));
  t.same(find(map, address('::ffff:10.1.2.3')), { value: 0, depth: 3 }, 'up to 2000::/3');
  t.equal(redundant(map), 0);
});

t.test('IPv4 under ::/96 of a database is there once', async (t) => {
  const four = treeOfPrefixes(
    Array.from({ length: 200 }, (_, i) => ({
      prefix: prefixOf(addressFromBytes(Uint8Array.of(i, 7, 0, 0)), 16),
      id: i,
    })),
  ).tree;
  // As a database has it: ninety-six zeros, then the root of IPv4.
  const words = [...four.nodes];
  let ipv6 = four.ipv4;
  for (let i = 0; i < 96; i++) {
    words.push(ipv6, leaf(0));
    ipv6 = words.length / 2 - 1;
  }
  const locations = { nodes: Uint32Array.from(words), ipv4: four.ipv4, ipv6 };
  const map = mergeMap({ locations, asns: NOTHING, networks: NOTHING }, (at) => at);
  for (let i = 0; i < 200; i++) {
    const { value, depth } = find(map, addressFromBytes(Uint8Array.of(i, 7, 1, 1)));
    t.same(find(map, address(`::${i}.7.1.1`)), { value, depth: depth + 96 });
  }
  const alone = mergeMap({ locations: four, asns: NOTHING, networks: NOTHING }, (at) => at);
  t.ok(map.nodes.length < alone.nodes.length + 2 * 100, 'no second copy');
});

const bytesFrom = (length: number, ...octets: number[]) =>
  fc
    .array(fc.constantFrom(0, 1, 127, 128, 255), {
      minLength: length - octets.length,
      maxLength: length - octets.length,
    })
    .map((rest) => addressFromBytes(Uint8Array.of(...octets, ...rest)));
const addresses = fc.oneof(
  bytesFrom(4),
  bytesFrom(16),
  bytesFrom(16, 0x20, 0x02),
  bytesFrom(16, 0x20, 0x01),
  bytesFrom(16, ...new Array<number>(10).fill(0), 255, 255),
  bytesFrom(16, ...new Array<number>(12).fill(0)),
);
/** Prefixes as trees may have them, also inside what stands for IPv4. */
const someTree = fc.array(fc.tuple(addresses, fc.nat(128), fc.nat(3)), { maxLength: 8 }).map((list) => ({
  ends: list.map(([at]) => at),
  tree: treeOfPrefixes(
    list.map(([at, length, id]) => ({ prefix: prefixOf(at, length % (bitsOf(at.family) + 1)), id })),
  ).tree,
}));

t.test('brute force: the map is true and minimal', async () => {
  fc.assert(
    fc.property(
      someTree,
      someTree,
      someTree,
      fc.integer({ min: 1, max: 6 }),
      fc.array(addresses, { maxLength: 20 }),
      (locations, asns, networks, catchments, more) => {
        const catchmentOf: CatchmentOf = (a, b, c) => (a * 7 + b * 3 + c * 5) % catchments;
        const map = mergeMap(
          { locations: locations.tree, asns: asns.tree, networks: networks.tree },
          catchmentOf,
        );
        if (redundant(map) > 0) return false;
        return [...locations.ends, ...asns.ends, ...networks.ends, ...more].every((asked) => {
          const at = embeddedIPv4(asked);
          const [a, b, c] = [locations, asns, networks].map(({ tree }) => find(tree, at).value);
          return find(map, asked).value === catchmentOf(a ?? 0, b ?? 0, c ?? 0);
        });
      },
    ),
    { numRuns: 500 },
  );
});

t.test('brute force: every address inside a scope is in the same catchment', async () => {
  fc.assert(
    fc.property(
      someTree,
      someTree,
      addresses,
      fc.infiniteStream(fc.nat(255)),
      (locations, networks, asked, stream) => {
        const map = mergeMap({ locations: locations.tree, asns: NOTHING, networks: networks.tree }, distinct);
        const { value, depth } = find(map, asked);
        const random = stream[Symbol.iterator]();
        for (let i = 0; i < 20; i++) {
          const near = asked.bytes.map((byte, j) => {
            const mask = (0xff << (8 - Math.min(8, Math.max(0, depth - j * 8)))) & 0xff;
            return (byte & mask) | (Number(random.next().value) & ~mask & 0xff);
          });
          const other = embeddedIPv4(addressFromBytes(near));
          const own = distinct(find(locations.tree, other).value, 0, find(networks.tree, other).value);
          if (own !== value) return false;
        }
        return true;
      },
    ),
    { numRuns: 500 },
  );
});

t.test('a catchment beyond what a leaf can hold is an error and not another one', async (t) => {
  t.throws(
    () => mergeMap({ locations: NOTHING, asns: NOTHING, networks: NOTHING }, () => 2 ** 23),
    RangeError,
  );
});
