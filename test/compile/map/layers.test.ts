/** What is known of clients beside where they are: only what a mirror names, and special-purpose addresses. */
import t from 'tap';
import { layersOf } from '../../../src/compile/map/layers.js';
import { parseAddress } from '../../../src/ip/address.js';
import { parsePrefix } from '../../../src/ip/prefix.js';
import { treeOfPrefixes, walk } from '../../../src/ip/prefix-tree.js';

const prefixes = (...texts: readonly string[]) =>
  texts.map((text) => {
    const prefix = parsePrefix(text);
    if ('fault' in prefix) throw new Error(prefix.fault);
    return prefix;
  });
const candidate = (asn: readonly number[]) => ({ weight: 1, asn, networks: [] });
const { tree, sets } = treeOfPrefixes(
  prefixes('8.8.8.0/24', '9.0.0.0/8', '5.0.0.0/8', '10.0.0.0/8').map((prefix, id) => ({
    prefix,
    id,
  })),
);
/** 5.0.0.0/8 and private addresses are of AS 64501, which is named; the others are of one that is not. */
const ASNS = {
  tree,
  asns: Uint32Array.from(sets, ([id]) => (id === undefined ? 0 : id < 2 ? 64_500 : 64_501)),
};

const SETTINGS = { answers: 1, nearKm: 0, sameCountryFirst: false };

function layers(networks: readonly string[], asns?: typeof ASNS) {
  const { tree, all } = layersOf(
    [{ candidates: [candidate([64_501])], networks: prefixes(...networks), settings: SETTINGS }],
    asns,
  );
  return (text: string) => {
    const address = parseAddress(text);
    if (address === null) throw new Error(text);
    const found = walk(tree.nodes, tree[address.family], address.bytes, 0, address.bytes.length * 8) >>> 8;
    const { isSpecial, asn, networks } = all[found] ?? { isSpecial: true, asn: -1, networks: new Set() };
    return `${isSpecial ? 'special ' : ''}${asn}${[...networks].map((network) => ` ${network}`).join('')}`;
  };
}

t.test('an AS that nobody names is none', async (t) => {
  const at = layers([], ASNS);
  t.same(['5.1.1.1', '8.8.8.8', '9.9.9.9', '1.1.1.1'].map(at), ['64501', '0', '0', '0']);
  t.equal(layers([])('5.1.1.1'), '0', 'without a database');
});

t.test('special-purpose addresses are in no AS, and in the networks that name them', async (t) => {
  const at = layers(['10.1.0.0/16', '5.5.0.0/16', '5.5.5.0/24', '2001:db8::/32'], ASNS);
  t.same(['10.0.0.1', '10.1.0.1'].map(at), ['special 0', 'special 0 10.1.0.0/16']);
  t.same(['5.5.0.1', '5.5.5.1'].map(at), ['64501 5.5.0.0/16', '64501 5.5.0.0/16 5.5.5.0/24']);
  t.equal(at('2001:db8::1'), 'special 0 2001:db8::/32');
});
