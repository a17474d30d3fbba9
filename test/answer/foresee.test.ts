/** Looking ahead reads the right place, writes nothing, and is there only to be forgotten. */
import fc from 'fast-check';
import t from 'tap';
import { foresee } from '../../src/answer/foresee.js';
import { locateIPv4, touchIPv4 } from '../../src/answer/locate.js';
import { adoptTable, newResponder, type Responder } from '../../src/answer/responder.js';
import type { PoolTable } from '../../src/answer/table.js';
import { layOutMap } from '../../src/compile/map-table.js';
import { leaf, type PrefixTree } from '../../src/ip/prefix-tree.js';
import { seededRandom } from '../../src/random.js';
import { makeTable } from '../compile/make-table.js';
import { query, subnet } from '../dns-message.js';
import { EXAMPLE, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });

function asker(): { responder: Responder; pool: PoolTable } {
  const responder = newResponder(made.table, seededRandom(1));
  const pool = made.table.pools[0];
  if (pool === undefined) throw new Error('the example has pools');
  responder.lastPool = pool;
  return { responder, pool };
}

t.test('what is touched is the first node of the walk', async (t) => {
  // 0.0.0.0/17 is catchment 1, 0.0.128.0/17 is 2, all else 3; the chain is padded so that the table has 16 bits.
  const chain = Array.from({ length: 16 }, (_, i) => [i + 1, leaf(3)]).flat();
  const padding = Array.from({ length: 1 << 16 }, () => leaf(3));
  const tree: PrefixTree = {
    nodes: Uint32Array.from([...chain, leaf(1), leaf(2), ...padding]),
    ipv4: 0,
    ipv6: leaf(0),
  };
  const map = layOutMap(tree);
  t.equal(map.jumpBits, 16);
  t.equal(touchIPv4(map, 0x0000_8000), leaf(1) | 0, 'the word beside the one that the walk ends at');
  t.equal(locateIPv4(map, Uint8Array.of(0, 0, 128, 0), 0), (2 << 8) | 17);
  t.equal(touchIPv4(map, 0xffff_ffff), map.map[0], 'where no node follows, any');
});

t.test('a map of one leaf has no node', async (t) => {
  t.equal(touchIPv4(layOutMap({ nodes: new Uint32Array(), ipv4: leaf(5), ipv6: leaf(5) }), 0x7f00_0001), 0);
});

t.test('it looks at the subnet that a message ends with, else at the client', async (t) => {
  const { responder, pool } = asker();
  const client = [127, 0, 0, 1];
  const seen = (message: Uint8Array): number => {
    const memory = Uint8Array.of(...client, ...message, 9, 9, 9, 9);
    foresee(new DataView(memory.buffer), memory.length - 4, 0, responder);
    return responder.foreseen;
  };
  for (const network of ['192.0.2.0/24', '12.7.1.0/24', '46.1.2.0/24']) {
    const [a, b, c] = network.split(/[./]/).map(Number);
    const address = (((a ?? 0) << 24) | ((b ?? 0) << 16) | ((c ?? 0) << 8)) >>> 0;
    const message = query({ name: 'dl.example.org', edns: { options: [subnet(network)] } });
    t.equal(seen(message), touchIPv4(pool, address), network);
  }
  t.equal(seen(query({ name: 'dl.example.org' })), touchIPv4(pool, 0x7f00_0001));
  t.not(touchIPv4(pool, 0x0c07_0100), touchIPv4(pool, 0x7f00_0001), 'which are two places');
});

t.test('any message, any client: nothing is written', async () => {
  const { responder } = asker();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 15, maxLength: 60 }), (octets) => {
      const memory = Uint8Array.from(octets);
      foresee(new DataView(memory.buffer), memory.length, 0, responder);
      return memory.every((octet, i) => octet === octets[i]);
    }),
  );
});

t.test('a new generation lets go of the old one', async (t) => {
  const { responder } = asker();
  adoptTable(responder, made.table, seededRandom(1));
  t.equal(responder.lastPool, undefined);
});
