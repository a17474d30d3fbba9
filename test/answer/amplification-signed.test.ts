/**
 * The same of a signed zone, for queries with DO: how many octets come back for each that was sent, by kind of answer, and
 * that the limits hold it. docs/standards.md says the same numbers.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { UDP_LIMIT } from '../../src/answer/edns.js';
import { keyStateAt } from '../../src/dnssec/key-times.js';
import { answerOctets, makeTable } from '../compile/make-table.js';
import { query, TYPES } from '../dns-message.js';
import { makeKeys } from '../dnssec/make-keys.js';
import { clientOf, limits, NOON, withCookies } from './policies.js';

const ZONE = 'dl.example.org';
const TEXT = `zone: ${ZONE}
ns: [ns1.${ZONE}, ns2.example.net]
pools: { "@": { probe: { type: none } } }
mirrors:
${[1, 2, 3, 4].map((i) => `  m${i}: { addresses: [192.0.2.${i}, "2001:db8::${i}"] }\n`).join('')}records: { ns1: { A: [192.0.2.53] } }
`;
const KINDS: readonly (readonly [string, string, number])[] = [
  ['A', ZONE, TYPES.A],
  ['AAAA', ZONE, TYPES.AAAA],
  ['NXDOMAIN', `x.${ZONE}`, TYPES.A],
  ['DNSKEY', ZONE, 48],
  ['ANY', ZONE, TYPES.ANY],
];

const { table } = makeTable([TEXT], {
  signings: new Map([[ZONE, { keys: keyStateAt(makeKeys(ZONE), NOON), now: NOON }]]),
});
const asked = (name: string, type: number): Uint8Array => query({ name, type, edns: { dnssecOk: true } });

t.test('octets for octets by kind of answer', async (t) => {
  const { responder } = clientOf(table, withCookies());
  const standards = readFileSync(join(process.cwd(), 'docs', 'standards.md'), 'utf8').replaceAll(/\s+/g, ' ');
  for (const [kind, name, type] of KINDS) {
    const question = asked(name, type);
    const { length } = answerOctets(responder, question);
    t.ok(length <= UDP_LIMIT);
    const said = `${kind} ${(length / question.length).toFixed(1)} (${length} for ${question.length})`;
    t.ok(standards.includes(said), `docs/standards.md says ${said}`);
  }
});

t.test('limits hold it: whoever forges a network gets less sent there than he sends', async (t) => {
  for (const [kind, name, type] of KINDS) {
    const { responder } = clientOf(table, withCookies({ rateLimit: limits() }));
    const question = asked(name, type);
    let whole = 0;
    for (let i = 0; i < 2000; i++) {
      const { length } = answerOctets(responder, question, { from: '198.51.100.7' });
      if (length > question.length) whole++;
    }
    t.ok(whole <= 125, `${kind}: ${whole} answers at once, and then no more than was asked`);
  }
});
