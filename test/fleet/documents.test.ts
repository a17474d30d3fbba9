/** Documents: what their member signed is taken, and nothing else, whatever an instance hands out. */
import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import {
  digestOf,
  type Head,
  isLater,
  isRefused,
  MOST_APART,
  MOST_BODY_OCTETS,
  MOST_HEAD_OCTETS,
  openHead,
  packBody,
  sealHead,
  unpackBody,
} from '../../src/fleet/documents.js';
import { keyPair } from './keys.js';

const NOW = Date.UTC(2026, 0, 1);
const digest = digestOf('');
const head: Head = {
  member: 'ns1.example.org',
  sequence: [NOW, 1],
  stamp: NOW,
  bodies: { verdicts: digest, joint: digest, overrides: digest, challenges: digest },
  abstains: ['ipv6 dl.example.org'],
  zones: digest,
  databases: digest,
};
const one = keyPair();
const open = (octets: Buffer, now = NOW) => openHead(octets, head.member, one.publicKey, now);

t.test('a head that its member signed is read', async (t) => {
  t.same(open(sealHead(head, one.privateKey)), head);
  const later = { ...head, added: 'by a later version' };
  t.same(open(sealHead(later, one.privateKey)), head);
});

t.test('however many pools a member abstains from, it is heard', async (t) => {
  const abstains = Array.from({ length: 5000 }, (_, i) => `ipv4 pool${i}.dl.example.org`);
  const opened = open(sealHead({ ...head, abstains }, one.privateKey));
  if (isRefused(opened)) throw new Error(opened.refused);
  t.ok(opened.abstains.length > 200);
  t.same(opened.abstains, abstains.slice(0, opened.abstains.length));
});

t.test('what is forged is refused', async (t) => {
  const sealed = sealHead(head, one.privateKey);
  t.match(open(sealHead(head, keyPair().privateKey)), { refused: /not signed/ });
  t.match(openHead(sealed, 'ns2.example.net', one.publicKey, NOW), { refused: /calls itself "ns1/ });
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
      const bent = Buffer.from(sealed);
      bent[at] = (bent[at] ?? 0) ^ bits;
      t.match(open(bent), { refused: /not signed/ });
    }),
    { numRuns: 50 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      t.ok(isRefused(open(Buffer.from(octets))));
    }),
    { numRuns: 50 },
  );
});

t.test('what makes no sense is refused, whoever signed it', async (t) => {
  const seal = (value: object) => open(sealHead({ ...head, ...value }, one.privateKey));
  t.match(seal({ abstains: ['x'.repeat(301)] }), { refused: /makes no sense/ });
  t.match(seal({ sequence: [-1, 0] }), { refused: /makes no sense/ });
  const large = { ...head, added: 'x'.repeat(MOST_HEAD_OCTETS) };
  t.match(open(sealHead(large, one.privateKey)), { refused: /too large/ });
});

t.test('clocks may be ten minutes apart, and no more', async (t) => {
  const sealed = sealHead(head, one.privateKey);
  for (const apart of [-300_000, 300_000, MOST_APART]) t.same(open(sealed, NOW + apart), head);
  t.match(open(sealed, NOW - MOST_APART - 1), { refused: /clock is 600 s ahead of/ });
  t.match(open(sealed, NOW + MOST_APART + 1000), { refused: /clock is 601 s behind/ });
});

t.test('a sequence only grows', async (t) => {
  t.ok(isLater([2, 0], [1, 9]));
  t.ok(isLater([1, 2], [1, 1]));
  for (const earlier of [
    [1, 1],
    [1, 0],
    [0, 9],
  ] as const)
    t.notOk(isLater([...earlier], [1, 1]));
});

t.test('a body is what its digest says', async (t) => {
  const verdicts = [{ key: 'a', verdict: 'down' as const, since: NOW, cause: 'refused' }];
  const { octets, digest: own } = await packBody(verdicts);
  t.same(await unpackBody('verdicts', octets, own), verdicts);
  t.match(await unpackBody('verdicts', randomBytes(100), own), { refused: /not what it signed/ });
  t.match(await unpackBody('overrides', octets, own), { refused: /make no sense/ });
  const noise = randomBytes(100);
  t.match(await unpackBody('verdicts', noise, digestOf(noise)), { refused: /make no sense/ });
  const bomb = deflateRawSync(Buffer.alloc(2 ** 24, ' '));
  t.ok(bomb.length < MOST_BODY_OCTETS);
  t.match(await unpackBody('verdicts', bomb, digestOf(bomb)), { refused: /make no sense/ });
  const large = randomBytes(MOST_BODY_OCTETS + 1);
  t.match(await unpackBody('verdicts', large, digestOf(large)), { refused: /too large/ });
});
