/** A pool's addresses as octets. */
import t from 'tap';
import { createArena } from '../../src/compile/arena.js';
import { poolAddresses } from '../../src/compile/pool-addresses.js';
import { makeTable } from './make-table.js';

t.test('every address of every seat, in order', async (t) => {
  const { plans } = makeTable([
    'zone: e.org\nns: [n.e.net]\nttl: 300\npools: { "@": {} }\nmirrors: { a: { addresses: [192.0.2.1, "2001:db8::1", 192.0.2.2] }, b: { addresses: [192.0.2.3] } }\n',
  ]);
  const hex = plans.map((plan) => {
    const { addresses, addressLength } = poolAddresses(plan, createArena());
    return [
      addressLength,
      Buffer.from(addresses.buffer, addresses.byteOffset, addresses.byteLength).toString('hex'),
    ];
  });
  t.same(hex, [
    [4, 'c0000201c0000202c0000203'],
    [16, '20010db8000000000000000000000001'],
  ]);
});
