/** What is to be done at the parent over a roll, and whether it was done. */
import { createHash } from 'node:crypto';
import t from 'tap';
import type { ParentDs, ParentServer } from '../../src/commands/ask-parent.js';
import { noteSeen } from '../../src/commands/note-seen.js';
import { parentDuty } from '../../src/commands/parent-duty.js';
import { dsText } from '../../src/commands/parent-records.js';
import { verdictOn } from '../../src/commands/parent-verdict.js';
import { dnskeyData, dsData, type ZoneKey, type ZoneKeys } from '../../src/dnssec/keys.js';
import { rollKeys } from '../../src/dnssec/roll.js';
import { encodeName } from '../../src/wire/names.js';
import { makeKey, makeKeys } from '../dnssec/make-keys.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const zone = 'dl.example.org';
const steady = makeKeys(zone);
const spans = { longestTtl: HOUR, dsTtl: DAY, copying: DAY, changing: 14 * DAY };
const rolling = rollKeys(steady, DAY, spans, ({ publish, activate }) => makeKey(13, [publish, activate]));
const [old, next] = rolling.keys;
if (next === undefined) throw new Error('no next key');
const line = (key: ZoneKey): string => `  dl.example.org. IN DS ${dsText(zone, key)}`;

t.test('what is to be done, and until when', async (t) => {
  t.same(parentDuty(steady, 0), {
    must: [old.tag],
    may: [],
    text: ['the parent must have this DS and no other:', line(old)],
  });
  t.same(parentDuty(rolling, DAY), {
    must: [old.tag],
    may: [next.tag],
    text: [
      `from now on the parent may have this DS beside that of key ${old.tag}, from 1970-01-03T01:00:00.000Z on in its place:`,
      line(next),
      'it must have it by 1970-01-17T01:00:00.000Z',
    ],
  });
  t.same(parentDuty(rolling, 3 * DAY), {
    must: [next.tag],
    may: [old.tag],
    until: 16 * DAY + HOUR,
    text: [
      `by 1970-01-17T01:00:00.000Z the parent must have this DS; that of key ${old.tag} may go as soon as it has:`,
      line(next),
    ],
  });
  t.match(
    parentDuty(rolling, 16 * DAY + 2 * HOUR).text[0],
    /^the parent must have had this DS by 1970-01-17T01:00:00\.000Z, and .* from 1970-01-18T02:00:00\.000Z on, unless you write a later "remove" of/,
  );
  t.same(parentDuty(rolling, 30 * DAY).must, [next.tag]);
  t.same(parentDuty({ ...steady, withdrawn: DAY, dsTtl: 2 * DAY }, DAY), {
    must: [],
    may: [old.tag],
    text: [
      'the parent must remove all DS records, which CDS and CDNSKEY ask it to do;',
      '2d after that, take "dnssec" out of the zone file',
    ],
  });
});

t.test('once it was seen there, nothing is due any more', async (t) => {
  const seen = { ...rolling, keys: [old, { ...next, dsSeen: 3 * DAY }] } as const;
  t.same(parentDuty(seen, 4 * DAY), {
    must: [next.tag],
    may: [old.tag],
    text: ['the parent must have this DS and no other:', line(next)],
  });
  t.equal(parentDuty(seen, DAY).text.length, 2);
});

function dsOf(key: ZoneKey, digestType = 2, hash = 'sha256'): ParentDs {
  const digest = createHash(hash).update(encodeName(zone)).update(dnskeyData(key)).digest('hex');
  return { tag: key.tag, algorithm: key.algorithm, digestType, digest, ttl: 86_400 };
}

function verdict(keys: ZoneKeys, now: number, records?: readonly ParentDs[]): string | undefined {
  const server: ParentServer = {
    server: 'ns',
    address: '192.0.2.1',
    ...(records && { records }),
    fault: 'away',
  };
  return verdictOn(server, keys, parentDuty(keys, now), now);
}

t.test('whether the parent has it', async (t) => {
  t.equal(Buffer.from(dsData(zone, old).subarray(4)).toString('hex'), dsOf(old).digest);
  for (const [keys, now, records, said] of [
    [steady, 0, [dsOf(old)], undefined],
    [steady, 0, [dsOf(old), dsOf(old, 4, 'sha384')], undefined],
    [steady, 0, [dsOf(old, 1, 'sha1')], undefined],
    [steady, 0, undefined, 'not known: away'],
    [steady, 0, [], 'it has no DS: nobody validates the zone'],
    [steady, 0, [dsOf(next)], `it has DS ${next.tag} alone, which no key has: the zone is bogus`],
    [steady, 0, [dsOf(next), dsOf(old)], `it has DS ${next.tag}, which no key has: take it away`],
    [
      steady,
      0,
      [{ ...dsOf(old), digest: 'aa' }],
      `it has DS ${old.tag} alone, which no key has: the zone is bogus`,
    ],
    [
      steady,
      0,
      [{ ...dsOf(old), digestType: 3 }],
      `it has DS ${old.tag} alone, which no key has: the zone is bogus`,
    ],
    [rolling, DAY, [dsOf(old)], undefined],
    [rolling, DAY, [dsOf(old), dsOf(next)], undefined],
    [rolling, DAY, [dsOf(next)], `it has no DS of key ${old.tag} yet`],
    [
      rolling,
      3 * DAY,
      [dsOf(old)],
      `it has no DS of key ${next.tag} yet, and must have it by 1970-01-17T01:00:00.000Z`,
    ],
    [rolling, 17 * DAY, [dsOf(old)], `it has no DS of key ${next.tag} yet`],
    [rolling, 3 * DAY, [dsOf(next), dsOf(old)], undefined],
    [rolling, 3 * DAY, [dsOf(next)], undefined],
    [{ ...steady, withdrawn: 0 }, 0, [dsOf(old)], `it has DS ${old.tag} still`],
    [{ ...steady, withdrawn: 0 }, 0, [], undefined],
  ] as const) {
    t.equal(verdict(keys, now, records), said);
  }
});

t.test('what is seen at all of its servers is noted, and nothing else', async (t) => {
  const server = (...records: ParentDs[]): ParentServer => ({ server: 'ns', address: '192.0.2.1', records });
  const away = { server: 'ns', address: '192.0.2.2', fault: 'away' };
  const both = server(dsOf(old), dsOf(next));
  const noted = noteSeen(rolling, [both, server(dsOf(next))], 3 * DAY);
  t.match(noted, { keys: { keys: [{ tag: old.tag }, { tag: next.tag, dsSeen: 3 * DAY }] }, text: /^noted/ });
  t.equal(noted.keys?.keys[0].dsSeen, undefined);
  for (const [keys, servers] of [
    [rolling, [both, server(dsOf(old))]],
    [rolling, [both, away]],
    [steady, [server(dsOf(old))]],
  ] as const) {
    t.equal(noteSeen(keys, servers, 3 * DAY).keys, undefined);
  }
});
