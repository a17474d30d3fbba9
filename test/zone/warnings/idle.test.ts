import t from 'tap';
import {
  describeIdleAsns,
  disabledPools,
  endedOverrides,
  idleAsns,
  idleWeights,
  panicWithoutBackup,
  shadowedChoices,
  shadowedPools,
  unusedMirrors,
} from '../../../src/zone/warnings/idle.js';
import type { Rule, Surroundings } from '../../../src/zone/warnings/warning.js';
import { type Sections, soundZone, zoneText } from '../zone-text.js';
import { SURROUNDINGS } from './surroundings.js';

function said(rule: Rule, sections: Sections, more: Partial<Surroundings> = {}): readonly string[] {
  return rule(soundZone(zoneText(sections)), { ...SURROUNDINGS, ...more }).map(({ message }) => message);
}

t.test('a pool whose mirrors are all disabled, or all of one family', async (t) => {
  const mirrors = (...each: string[]): Sections => ({
    mirrors: `mirrors:\n${each.map((keys, i) => `  m${i}: { ${keys} }`).join('\n')}`,
  });
  const four = 'addresses: [192.0.2.1]';
  const six = 'addresses: ["2001:db8::1"]';
  t.same(said(idleWeights, mirrors(`${four}, weight: 0`, `${six}, weight: 0`)), [
    'the pool "@" answers nobody: all of its mirrors have weight 0',
  ]);
  t.same(said(idleWeights, mirrors(four, `${six}, weight: 0`)), [
    'the pool "@" answers no IPv6 address: all of its mirrors with one have weight 0',
  ]);
  t.same(said(idleWeights, mirrors(`${four}, weight: 0`, 'hostname: m.example.net')), [], 'it may have both');
  t.same(said(idleWeights, mirrors(`${four}, weight: 0`, 'addresses: [192.0.2.2], weight: 5')), []);
  t.same(said(idleWeights, mirrors(four)), [], 'no address at all is no weight');
  const meant = { pools: 'pools: { "@": { may_be_empty: true } }', ...mirrors(`${four}, weight: 0`) };
  t.same(said(idleWeights, meant), [], 'it is meant');
});

t.test('a pool that overrides of its file leave with nobody', async (t) => {
  const four = 'addresses: [192.0.2.1]';
  const six = 'addresses: ["2001:db8::1"]';
  const warned = (overrides: string, mirrors: readonly string[], pools = 'pools: { "@": {} }') =>
    said(disabledPools, {
      pools,
      mirrors: `mirrors:\n${mirrors.map((keys, i) => `  m${i}: { ${keys} }`).join('\n')}`,
      more: `overrides: [${overrides}]`,
    });
  const all = '{ mirrors: ["*"], reason: work }';
  const nobody =
    'the pool "@" answers nobody: all of its mirrors are disabled by overrides, or have weight 0';
  t.same(warned(all, [four, six]), [nobody]);
  t.same(warned('{ mirrors: ["*"], reason: work, until: 2027-12-24T00:00:00Z }', [four]), [nobody]);
  t.same(warned('{ mirrors: ["*"], reason: work, until: 2026-12-24T00:00:00Z }', [four]), [], 'it is over');
  t.same(warned('{ mirrors: [m0], reason: work }', [four, 'addresses: [192.0.2.2], weight: 0']), [nobody]);
  t.same(warned('{ mirrors: [m1], reason: work }', [four, six]), [
    'the pool "@" answers no IPv6 address: all of its mirrors with one are disabled by overrides, or have weight 0',
  ]);
  t.same(
    warned('{ mirrors: [m0], reason: work }', [four, 'hostname: m.example.net']),
    [],
    'it may have both',
  );
  t.same(
    warned(`{ mirrors: [m0], reason: work, state: up }, ${all}`, [four, 'addresses: [192.0.2.2]']),
    [],
    'the first one counts',
  );
  t.same(warned(all, [`${four}, weight: 0`]), [], 'its weight is said already');
  t.same(warned(all, [four, `${six}, weight: 0`]), [nobody], 'that of one family is not all');
  t.same(warned(all, [four], 'pools: { "@": { may_be_empty: true } }'), [], 'it is meant');
});

t.test('backups alone in panic, where there are none', async (t) => {
  const pools = 'pools: { "@": { panic: backup } }';
  const warned = (...mirrors: string[]) =>
    said(panicWithoutBackup, {
      pools,
      mirrors: `mirrors:\n${mirrors.map((keys, i) => `  m${i}: { ${keys} }`).join('\n')}`,
    });
  const message = (word: string): string =>
    `the pool "@" has no backup with an ${word} address, so all of its mirrors are answered in panic`;
  const four = 'addresses: [192.0.2.1]';
  const both = 'addresses: [192.0.2.2, "2001:db8::1"]';
  t.same(warned(four), [message('IPv4')]);
  t.same(warned(both), [message('IPv4'), message('IPv6')]);
  t.same(warned(both, `${four}, backup: true`), [message('IPv6')]);
  t.same(warned(`${both}, backup: true`, four), []);
  t.same(warned(both, 'hostname: m.example.net, backup: true'), [], 'it may have both');
  t.same(warned(four, 'addresses: [192.0.2.2], backup: true, weight: 0'), [message('IPv4')]);
  t.same(said(panicWithoutBackup, {}), []);
});

t.test('a pool whose name is in another zone', async (t) => {
  const pools = 'pools: { "@": {}, cdn: {}, a.cdn: {}, xcdn: {} }';
  const zones = [
    { name: 'dl.example.org', file: 'z.yaml' },
    { name: 'cdn.dl.example.org', file: 'cdn.yaml' },
    { name: 'example.org', file: 'parent.yaml' },
  ];
  t.match(said(shadowedPools, { pools }, { zones }), {
    0: /^the pool "cdn" is never answered: the name is in the zone cdn\.dl\.example\.org, which is that of cdn\.yaml$/,
    1: /^the pool "a\.cdn" is never answered/,
    length: 2,
  });
  t.same(said(shadowedPools, { pools }, { zones: zones.slice(0, 1) }), []);
});

t.test("a choice whose name is another zone's", async (t) => {
  const zones = ['de.dl', 'asia.dl', 'aurora.dl', 'x.de.dl', 'fr'].map((name) => ({
    name: `${name}.example.org`,
    file: `${name}.yaml`,
  }));
  const told = (choose: string) =>
    said(shadowedChoices, { pools: `pools: { "@": { choose: [${choose}] } }` }, { zones });
  t.match(told('country, mirror'), {
    0: 'de.dl.example.org is the name of a country that users may choose, and never answered for it: it is a zone, that of de.dl.yaml',
    1: /^aurora\.dl\.example\.org is the name of a mirror/,
    length: 2,
  });
  t.match(told('continent'), { 0: /^asia\.dl/, length: 1 });
  t.same(told(''), []);
});

t.test('a mirror in no pool', async (t) => {
  t.same(said(unusedMirrors, { pools: 'pools: { "@": { mirrors: [boreas] } }' }), [
    'the mirror "aurora" is in no pool: it is neither probed nor answered',
  ]);
  t.same(said(unusedMirrors, { pools: 'pools: { "@": { mirrors: [boreas] }, all: {} }' }), []);
});

t.test('an override that has ended', async (t) => {
  const more = `overrides:
  - { mirrors: [aurora], reason: moved, until: 2026-12-31T23:59:59Z }
  - { mirrors: [aurora], reason: moves, until: 2027-01-01T00:00:01Z }
  - { mirrors: [aurora], reason: gone }`;
  const remarks = endedOverrides(soundZone(zoneText({ more })), SURROUNDINGS);
  t.match(remarks, { 0: { path: ['overrides', 0, 'until'] }, length: 1 });
  t.equal(remarks[0]?.message, 'this override ended on 2026-12-31T23:59:59.000Z: take it out');
});

t.test('AS numbers without a database, by the names of the mirrors', async (t) => {
  const mirrors = 'mirrors: { a: { addresses: [192.0.2.1] }, b: { addresses: [192.0.2.2], asn: [1] } }';
  t.match(said(idleAsns, { mirrors }, { hasAsns: () => false }), {
    0: /^AS numbers of b match no client, for there is no database of them: /,
    length: 1,
  });
  t.same(said(idleAsns, { mirrors }), []);
  const pools = 'pools: { "@": { except_asn: [1] } }';
  t.match(said(idleAsns, { pools }, { hasAsns: () => false }), { 0: /^AS numbers of @ match/, length: 1 });
  const refusing = 'pools: { "@": { refuse: { asn: [1] } } }';
  t.match(said(idleAsns, { pools: refusing }, { hasAsns: () => false }), { 0: /^AS numbers of @ match/ });
  t.same(said(idleAsns, {}, { hasAsns: () => false }), []);
  const many = Array.from({ length: 11 }, (_, i) => `m${i}: { addresses: [192.0.2.${i}], asn: [1] }`);
  t.match(
    describeIdleAsns(soundZone(zoneText({ mirrors: `mirrors: { ${many.join(', ')} }` }))),
    /m0, m1, .*m7 and 3 more match no client/,
  );
});
