/**
 * The limits hold over the world by what is answered: addresses of the real world ask as many times as they are, through
 * `respond`, and nobody has half a point more than its limit.
 */
import t from 'tap';
import { respond } from '../../src/answer/respond.js';
import { newResponder, setPeer } from '../../src/answer/responder.js';
import { runShareJob } from '../../src/compile/share-job.js';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { readMmdb } from '../../src/geo/mmdb-file.js';
import { readCountries } from '../../src/geo/place-trees.js';
import { walk } from '../../src/ip/prefix-tree.js';
import { below, seededRandom } from '../../src/platform/random.js';
import { query } from '../dns-message.js';
import { makeTable, stateOf } from './make-table.js';

const CLIENTS = 60_000;
const HALF_A_POINT = 0.005;

const zone = (pool: string): string => `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": ${pool} }
mirrors:
  berlin: { addresses: [192.0.2.1], weight: 10, location: { country: DE } }
  paris: { addresses: [192.0.2.2], weight: 1, location: { country: FR } }
  chicago: { addresses: [192.0.2.3], weight: 3, location: { country: US }, networks: [18.0.0.0/8] }
  toronto: { addresses: [192.0.2.4], weight: 1, location: { country: CA } }
  tokyo: { addresses: [192.0.2.5], weight: 2, location: { country: JP }, max_world_share: 0.12 }
  lima: { addresses: [192.0.2.6], weight: 1, location: { country: PE } }
  pretoria: { addresses: [192.0.2.7], weight: 1, location: { country: ZA }, except_countries: [US] }
  sydney: { addresses: [192.0.2.8], weight: 1, location: { country: AU } }
`;
const LIMITS = [0.25, 0.25, 0.25, 0.25, 0.12, 0.25, 0.25, 0.25];

for (const pool of [
  '{ answers: 1, near_km: 0, max_world_share: 0.25 }',
  '{ answers: 3, max_share: 0.5, max_world_share: 0.25 }',
  '{ answers: 2, near_km: 20000, max_world_share: 0.25 }',
]) {
  t.test(pool, async (t) => {
    const path = embeddedDatabasePath();
    const database = readMmdb(path);
    const made = makeTable([zone(pool)], { database });
    const [plan] = made.plans;
    const [table] = made.table.pools;
    if (plan?.worldLimits === undefined || table === undefined) throw new Error('the zone has a pool');
    t.same(plan.worldLimits, LIMITS);
    const states = LIMITS.map(() => 'up' as const);
    const { shares } = runShareJob({
      database: path,
      pools: [
        {
          table,
          rules: table,
          geography: 0,
          limits: plan.worldLimits,
          words: stateOf(plan, { state: states }),
        },
      ],
    });
    const { factors, parts } = shares[0] ?? { factors: [], parts: [] };
    t.ok(
      factors.some((factor) => factor < 0.9),
      'somebody has to give',
    );
    made.stand(0, { state: states, factors: [...factors] });

    const { tree } = readCountries(database);
    const random = seededRandom(21);
    const responder = newResponder(made.table, seededRandom(9));
    const packet = Buffer.alloc(1232);
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
    const message = query({ name: 'dl.example.org', type: 'A' });
    const counts = LIMITS.map(() => 0);
    let all = 0;
    const from = new Uint8Array(4);
    for (let client = 0; client < CLIENTS; ) {
      for (let i = 0; i < 4; i++) from[i] = below(random, 256);
      if (walk(tree.nodes, tree.ipv4, from, 0, 32) >>> 8 === 0) continue;
      client++;
      setPeer(responder, from, 0, false);
      packet.set(message);
      const length = respond(view, 0, message.length, false, responder);
      const answers = packet.readUInt16BE(6);
      const size = (length - message.length) / answers;
      for (let i = 1; i <= answers; i++) {
        const mirror = (packet[message.length + i * size - 1] ?? 0) - 1;
        counts[mirror] = (counts[mirror] ?? 0) + 1;
        all++;
      }
    }
    for (const [mirror, count] of counts.entries()) {
      const part = count / all;
      const say = `${mirror}: ${part.toFixed(4)} of ${LIMITS[mirror]}, expected ${parts[mirror]?.toFixed(4)}`;
      t.ok(part <= (LIMITS[mirror] ?? 1) + HALF_A_POINT, say);
      t.ok(Math.abs(part - (parts[mirror] ?? 0)) < HALF_A_POINT, say);
    }
  });
}
