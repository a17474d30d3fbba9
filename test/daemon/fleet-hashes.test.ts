/** Hashes by which members see that they serve from other files, and no other differences. */
import t from 'tap';
import { createWorldHashes } from '../../src/daemon/fleet-hashes.js';
import { makeWorld } from './made-world.js';

const zone = (more = '', file = '') => `
zone: ${file}dl.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors:
  a: { addresses: [192.0.2.1]${more} }
`;
const hashes = createWorldHashes();

t.test('the same zones have the same hash, in whichever order and file they are', async (t) => {
  const [one, two] = [makeWorld([zone(), zone('', 'x.')]), makeWorld([zone('', 'x.'), zone()])];
  t.same(hashes(one), hashes(two));
  t.equal(hashes(one), hashes(one), 'worked out once');
  const [first] = one.zones;
  if (first === undefined) throw new Error('there is one');
  const moved = { ...one, zones: one.zones.map(({ zone }) => ({ ...first, zone: { ...zone, file: 'y' } })) };
  t.equal(hashes(moved).zones, hashes(one).zones);
});

t.test('another weight is another zone, and another build another database', async (t) => {
  const one = makeWorld([zone()]);
  t.not(hashes(makeWorld([zone(', weight: 7')])).zones, hashes(one).zones);
  const geo = [{ type: 'City', source: 'configured', build_epoch: 1, path: 'a' } as const];
  const other = { ...one, geo: geo.map((database) => ({ ...database, build_epoch: 2 })) };
  t.not(hashes({ ...one, geo }).databases, hashes(other).databases);
  t.equal(hashes({ ...one, geo }).zones, hashes(other).zones);
  const both = [...geo, ...geo.map((database) => ({ ...database, type: 'ASN' }))];
  t.equal(
    hashes({ ...one, geo: both }).databases,
    hashes({ ...one, geo: both.toReversed() }).databases,
    'whichever comes first',
  );
  t.equal(
    hashes({ ...one, geo: geo.map((database) => ({ ...database, path: 'b' })) }).databases,
    hashes({ ...one, geo }).databases,
  );
});
