/** Signed zones as chance makes them up: what a validating resolver sees of each, and what others do. */
import fc from 'fast-check';
import t from 'tap';
import { answerOctets } from '../compile/make-table.js';
import { query } from '../dns-message.js';
import { makeKeys } from '../dnssec/make-keys.js';
import { nsecOf, sortKey } from '../dnssec/validator.js';
import { readMessage } from '../dnssec/wire-message.js';
import { faultsOf } from '../zone/zone-text.js';
import { askSigned, inner, serve, TCP, verdictOn } from './signed-zones.js';

const [A, NS, CNAME, SOA, TXT, AAAA, DS, RRSIG, NSEC, DNSKEY, CDS, CDNSKEY, ANY] = [
  1, 2, 5, 6, 16, 28, 43, 46, 47, 48, 59, 60, 255,
] as const;
const TYPES = [A, NS, CNAME, SOA, TXT, AAAA, DS, RRSIG, NSEC, DNSKEY, CDS, CDNSKEY, ANY, 15, 65_280];
const DNSSEC_TYPES: readonly number[] = [RRSIG, NSEC, DNSKEY, CDS, CDNSKEY];

const KEYS = makeKeys('example.org');

const LABELS = ['a', 'a-b', 'b', '*'];
const label = fc.constantFrom(...LABELS.slice(0, 3));
const owner = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([labels, wild]) => (wild ? ['*', ...labels.slice(1)] : labels).join('.'));
const target = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'a-b', 'b', 'c'), { minLength: 1, maxLength: 3 })
    .map((labels) => `${labels.join('.')}.example.org`),
  fc.constantFrom('example.org', 'www.example.net'),
);
const held = fc.oneof(
  { weight: 4, arbitrary: fc.constant('{ TXT: [one, two] }') },
  { weight: 2, arbitrary: fc.constant('{ A: 192.0.2.1, TXT: x }') },
  { weight: 4, arbitrary: target.map((name) => `{ CNAME: ${name} }`) },
  { weight: 1, arbitrary: fc.constant('{ NS: ns.example.net }') },
  { weight: 1, arbitrary: fc.constant(`{ NS: ns.example.net, DS: '1 13 2 ${'ab'.repeat(32)}' }`) },
  { weight: 1, arbitrary: fc.constant('zone') },
);
const zones = fc
  .dictionary(owner, held, { minKeys: 1, maxKeys: 9 })
  .map((all) => {
    const entries = Object.entries(all).filter(
      ([name, what]) => !(name.startsWith('*') && /NS|zone/.test(what)),
    );
    const isCut = (name: string): boolean =>
      entries.some(([other, what]) => /NS|zone/.test(what) && name.endsWith(`.${other}`));
    const kept = entries.filter(([name]) => !isCut(name));
    const records = kept
      .filter(([, what]) => what !== 'zone')
      .map(([name, what]) => `  "${name}": ${what}\n`);
    const outer = `
zone: example.org
ns: [ns.example.net]
pools: { pool: { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.10] } }
records:
  "@": { TXT: apex }
${records.join('')}`;
    return [
      outer,
      ...kept.filter(([, what]) => what === 'zone').map(([name]) => inner(`${name}.example.org`)),
    ];
  })
  .filter((texts) => texts.every((text) => faultsOf(text).length === 0));

/** All names of up to three labels, and some with capitals or odd octets. */
const NAMES = ((): string[] => {
  const labels = [...LABELS, 'c', '0', 'AA', 'pool'];
  const next = (names: readonly string[]): string[] =>
    names.flatMap((name) => labels.map((each) => `${each}.${name}`));
  const one = next(['example.org']);
  const two = next(one);
  return ['example.org', ...one, ...two, ...next(two).filter((_, i) => i % 23 === 0)];
})();

t.test('any zone: every answer is signed and proved, and without DO it is what it was', async (t) => {
  fc.assert(
    fc.property(zones, (texts) => {
      const served = serve(texts, [KEYS]);
      for (const [i, name] of NAMES.entries()) {
        const lower = name.toLowerCase();
        const inside = texts.slice(1).map((text) => /zone: (.*)/.exec(text)?.[1] ?? '');
        const isInside = inside.some((zone) => lower === zone || lower.endsWith(`.${zone}`));
        for (const type of i % 7 === 0 ? TYPES : [A, TXT, CNAME, DS, NSEC]) {
          // Those inside are not signed.
          if (!isInside || (type === DS && inside.includes(lower))) verdictOn(served, name, type);
          if (DNSSEC_TYPES.includes(type)) continue;
          const plain = query({ name, type });
          const [before, now] = [served.unsigned, served.signed].map((each) =>
            answerOctets(each, plain, TCP),
          );
          if (Buffer.compare(before ?? plain, now ?? plain) !== 0)
            throw new Error(`${name} ${type} is another answer`);
        }
      }
    }),
    { numRuns: 3 },
  );
  t.pass();
});

t.test('any zone: the chain is closed, and lists what is answered', async (t) => {
  fc.assert(
    fc.property(zones, (texts) => {
      const served = serve(texts, [KEYS]);
      const walked: string[] = [];
      let name = 'example.org';
      do {
        const { records } = readMessage(askSigned(served, name, DS));
        const own = readMessage(askSigned(served, name, NSEC)).records;
        // That of a delegation with a DS is seen where it is about something else: what would be right behind it.
        const behind = readMessage(askSigned(served, name.replace('.', '!.'), TXT)).records;
        const record = [...own, ...records, ...behind].find(
          ({ owner, type }) => owner === name && type === NSEC,
        );
        if (record === undefined) throw new Error(`${name} has no NSEC`);
        const { next, types } = nsecOf(name, record.data);
        const isCut = types.has(NS) && !types.has(SOA);
        for (const type of isCut ? [DS] : TYPES.filter((each) => each !== ANY && each !== RRSIG)) {
          const answers = readMessage(askSigned(served, name, type)).records.filter(
            (each) => each.section === 'answer' && each.owner === name,
          );
          const has = answers.some((each) => each.type === type);
          if (has !== types.has(type))
            throw new Error(`${name} ${type}: ${has}, and its NSEC says otherwise`);
        }
        walked.push(name);
        name = next;
      } while (name !== 'example.org' && walked.length < 50);
      const sorted = [...walked].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
      if (walked.join() !== sorted.join()) throw new Error(`out of order: ${walked.join()}`);
      const missing = NAMES.filter((each) => {
        if (walked.includes(each.toLowerCase()) || each.includes('*')) return false;
        const { records } = readMessage(askSigned(served, each, TXT));
        return records.some(
          ({ section, type, data }) =>
            section === 'answer' && type === RRSIG && data[3] === each.split('.').length,
        );
      });
      if (missing.length > 0) throw new Error(`not in the chain: ${missing.join()}`);
    }),
    { numRuns: 6 },
  );
  t.pass();
});
