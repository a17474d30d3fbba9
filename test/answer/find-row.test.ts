/** Rows are worked out when something that they rest on has changed, and then alone. */
import t from 'tap';
import { findRow } from '../../src/answer/find-row.js';
import { locateIPv4 } from '../../src/answer/locate.js';
import { recordOf } from '../../src/answer/pool-index.js';
import { newResponder } from '../../src/answer/responder.js';
import { rowVersion } from '../../src/answer/rows.js';
import { newCounters, TALLY } from '../../src/answer/tally.js';
import { seededRandom } from '../../src/platform/random.js';
import { makeTable } from '../compile/make-table.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1, near_km: 0, probe: { type: none } } }
mirrors:
  near: { addresses: [192.0.2.1], location: { country: DE, latitude: 52, longitude: 13 } }
  next: { addresses: [192.0.2.2], location: { country: NL, latitude: 52, longitude: 5 } }
  far: { addresses: [192.0.2.3], location: { country: US, latitude: 41, longitude: -87 } }
`;

function scene(octets?: number, overwritten = 0) {
  const { table, stand } = makeTable([ZONE], { locations: { '5.0.0.0/8': 'DE' } });
  const counters = newCounters(table.pools);
  counters.tally[TALLY.ROWS_OVERWRITTEN] = overwritten;
  const responder = newResponder(table, seededRandom(1), counters, undefined, undefined, octets);
  const [pool] = table.pools;
  if (pool === undefined) throw new Error('the zone has a pool');
  const german = locateIPv4(pool, Uint8Array.of(5, 0, 0, 1), 0) >>> 8;
  const find = (): number => findRow(responder, 0, recordOf(0), german);
  const workedOut = (): number => responder.tally[TALLY.ROWS_WORKED_OUT] ?? 0;
  return { responder, stand, find, workedOut };
}

t.test('a row is worked out once, and again for a verdict that it rests on', async (t) => {
  const { responder, stand, find, workedOut } = scene();
  const row = find();
  t.ok(row > 0);
  t.equal(find(), row);
  t.equal(workedOut(), 1);
  const before = rowVersion(responder.rows.words, row);
  stand(0, { state: ['up', 'up', 'down'] });
  t.equal(find(), row);
  t.equal(workedOut(), 1, 'who has no part in it may fall');
  t.not(rowVersion(responder.rows.words, row), before, 'and is not compared again');
  stand(0, { state: ['down', 'down', 'up'] });
  find();
  t.equal(workedOut(), 2);
});

t.test('without room there is no row', async (t) => {
  const { find, workedOut } = scene(128);
  t.equal(find(), -1);
  t.equal(find(), -1);
  t.equal(workedOut(), 2);
});

t.test('a thread that replaces another goes on with its count of overwritten rows', async (t) => {
  const { responder, find } = scene(undefined, 7);
  find();
  t.equal(responder.tally[TALLY.ROWS_OVERWRITTEN], 7);
});
