import t from 'tap';
import { COUNTRIES, demoZone, POOL, SITES } from '../../src/commands/demo-world.js';
import { parseAddress } from '../../src/ip/address.js';
import { soundZone } from '../zone/zone-text.js';

t.test('the zone of the demo is sound, and its pool has every mirror on the one port', async (t) => {
  const zone = soundZone(demoZone(8080));
  const [pool] = zone.pools;
  t.equal(pool?.owner, POOL);
  t.equal(pool?.members.length, SITES.length);
  for (const { probes } of pool?.members ?? [])
    t.match(probes[0], { type: 'http', port: 8080, fall: 2, rise: 2 });
  t.same(
    zone.mirrors.map(({ name, addresses }) => [name, addresses[0]?.text]),
    SITES.map(({ name, address }) => [name, address]),
  );
});

t.test('countries are asked for by the /24 that they have', async (t) => {
  for (const { network } of COUNTRIES) t.equal(parseAddress(network)?.bytes[3], 0, network);
});
