/** What signs the sets of pools: which of it stays when pools are compiled anew, and what its RRSIGs say. */
import t from 'tap';
import {
  bringUpToDate,
  noteRecent,
  type PoolSigner,
  poolSigners,
  RECENT,
} from '../../src/answer/pool-signers.js';
import type { PoolTable } from '../../src/answer/table.js';
import { signatureHead } from '../../src/dnssec/sign.js';
import { renewalOf, validityOf } from '../../src/dnssec/validity.js';
import { makeKey } from '../dnssec/make-keys.js';
import { A, AAAA, NOW, scene, ZONE } from './signed-pools.js';

const [made] = scene(`zone: ${ZONE}
ns: [ns.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { one: { addresses: [192.0.2.1, "2001:db8::1"] } }
`).table.pools;
if (made === undefined) throw new Error('there is a pool');
const POOL: PoolTable = made;
const ipv6: PoolTable = { ...POOL, name: { ...POOL.name, family: 'ipv6' } };
const unsigned: PoolTable = { ...POOL, signing: undefined };

function one(pool: PoolTable): PoolSigner {
  const [signer] = poolSigners([pool], [], 0);
  if (signer === undefined) throw new Error('it is signed');
  return signer;
}

t.test('each signed pool has its own, and none has the number of another', async (t) => {
  const signers = poolSigners([unsigned, POOL, ipv6], [], 7);
  t.same(
    signers.map((signer) => signer && [signer.number, signer.rrset]),
    [
      undefined,
      [8, { owner: ZONE, type: A, ttl: POOL.ttl }],
      [9, { owner: ZONE, type: AAAA, ttl: POOL.ttl }],
    ],
  );
  t.equal(signers[1]?.signer, signers[2]?.signer, 'a key is read once');
});

t.test('what signs the same stays, whatever number its pool has', async (t) => {
  const before = poolSigners([POOL, ipv6], [], 0);
  const after = poolSigners([ipv6, unsigned, { ...POOL }], before, 2);
  t.equal(after[0], before[1]);
  t.equal(after[2], before[0]);
});

t.test('what signs anything else is another', async (t) => {
  const before = poolSigners([POOL], [], 0);
  const others: readonly PoolTable[] = [
    { ...POOL, ttl: POOL.ttl + 1 },
    { ...POOL, signing: makeKey() },
    { ...POOL, signing: makeKey(15) },
    // Tags are not unique (RFC 4034 appendix B).
    { ...POOL, signing: POOL.signing && { ...POOL.signing, privateKey: makeKey().privateKey } },
    { ...POOL, name: { ...POOL.name, owner: `a.${ZONE}` } },
    { ...POOL, name: { ...POOL.name, zone: 'example.org' } },
    ipv6,
  ];
  for (const other of others) {
    const [signer] = poolSigners([other], before, 1);
    t.equal(signer?.number, 2);
  }
});

t.test(
  'its RRSIGs say for how long they hold, from when they are made on until they are renewed',
  async (t) => {
    const signer = one(POOL);
    const validity = validityOf(ZONE, NOW);
    const says = (now: number): Uint8Array => {
      bringUpToDate(signer, now);
      return new Uint8Array(signer.head.buffer, 0, signer.headLength);
    };
    const said = (at: number): Uint8Array => signatureHead(signer.rrset, signer.signer, validityOf(ZONE, at));
    t.same(says(NOW), said(NOW));
    t.same([signer.inception, signer.expiration], [validity.inception, validity.expiration]);
    const renewal = renewalOf(validity) * 1000;
    t.same(says(renewal - 1), said(NOW), 'until then');
    t.equal(signer.renewal, renewal / 1000, 'it is not looked at more often');
    t.same(says(renewal), said(renewal), 'and from then on');
    t.not(said(renewal)[11], said(NOW)[11]);
    t.same(says(NOW), said(NOW), 'a clock that goes back has others again');
  },
);

t.test('the sets that were signed last are known, the oldest goes first', async (t) => {
  const signer = one(POOL);
  for (let i = 1; i <= RECENT; i++) noteRecent(signer, 10 * i, i);
  t.equal(signer.oldest, 0);
  t.same([...signer.recent.subarray(0, 4)], [10, 1, 20, 2]);
  noteRecent(signer, 5000, 50);
  t.same([...signer.recent.subarray(0, 4)], [5000, 50, 20, 2]);
  t.equal(signer.oldest, 1);
  t.same([...signer.recent.subarray(-2)], [10 * RECENT, RECENT]);
});
