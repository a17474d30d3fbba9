/**
 * The zones of the tests below the signed parent, and the queries for them.
 */
import { NAME_SERVERS } from '../predelegation/world.js';
import type { Question } from './ask.js';
import { APART, BELOW, PARENT } from './signed-world.js';

/** Who asks; the resolvers themselves are in Chicago. */
export const CLIENTS = { berlin: '5.249.168.7', chicago: '5.249.169.7' } as const;

/** The one that has everything; one whose key rolls; one that is signed by another key than its DS says; one by a late clock. */
export const LABELS = { whole: 'dl', rolling: 'roll', forged: 'forged', expired: 'expired' } as const;

const [NS1] = Object.values(NAME_SERVERS);
const PROBE = 'probe: { type: none }';
/** Nothing is kept for longer than a second. */
const HEAD = 'ttl: 1\nsoa: { ttl: 1, minimum: 1 }';
const MIRRORS = `mirrors:
${['DE', 'DE', 'DE', 'US', 'US', 'US', 'JP', 'JP'].map((country, i) => `  m${i}: { addresses: [192.0.2.${i + 1}, "2001:db8::${i + 1}"], location: { country: ${country} } }`).join('\n')}
`;

/** The zone with every kind of answer, signed by the keys in a file. `dsBelow` is of the signed zone that it delegates. */
export function wholeZone(keys: string, dsBelow: string, serial = 1): string {
  return `zone: ${LABELS.whole}.${PARENT}
ns: [${Object.keys(NAME_SERVERS).join(', ')}]
${HEAD.replace('{', `{ serial: ${serial},`)}
dnssec: { key: ${keys} }
pools:
  "@": { choose: [country], ${PROBE} }
  eight: { answers: 8, ${PROBE} }
  americans: { only_countries: [US], may_be_empty: true, ${PROBE} }
  germans: { only_countries: [DE], may_be_empty: true, ${PROBE} }
${MIRRORS}records:
  ns1: { A: [${NS1?.ipv4}], AAAA: ["${NS1?.ipv6}"] }
  "@": { TXT: [here], MX: ["0 ."], HTTPS: "1 . alpn=h2", CAA: ['0 issue ";"'] }
  _https._tcp: { SRV: ["0 0 443 ${LABELS.whole}.${PARENT}"] }
  alias: { CNAME: ${LABELS.whole}.${PARENT} }
  "*.text": { TXT: [wild] }
  "*.alias": { CNAME: eight.${LABELS.whole}.${PARENT} }
  signed: { NS: [${BELOW.name}], DS: "${dsBelow}" }
  unsigned: { NS: [${BELOW.name}] }
`;
}

/** A zone with a little of everything; without keys it is unsigned. */
export function smallZone(label: string, keys?: string): string {
  const servers = label === LABELS.expired ? [APART.name] : Object.keys(NAME_SERVERS);
  return `zone: ${label}.${PARENT}
ns: [${servers.join(', ')}]
${HEAD}
${keys === undefined ? '' : `dnssec: { key: ${keys} }\n`}pools: { "@": { ${PROBE} } }
${MIRRORS}records:
  text: { ttl: 1, TXT: [here] }
  alias: { ttl: 1, CNAME: ${label}.${PARENT} }
  "*.wild": { ttl: 1, TXT: [wild] }
`;
}

export function smallQuestions(label: string): readonly Question[] {
  const zone = `${label}.${PARENT}`;
  return [
    { name: zone, type: 'A' },
    { name: zone, type: 'AAAA' },
    { name: `alias.${zone}`, type: 'A' },
    { name: `text.${zone}`, type: 'TXT' },
    { name: `a.wild.${zone}`, type: 'TXT' },
    { name: `a.wild.${zone}`, type: 'A' },
    { name: `none.${zone}`, type: 'A' },
    { name: zone, type: 'MX' },
    { name: zone, type: 'SOA' },
  ];
}

/** Of pools, whose answers change with verdicts. */
export function drawnQuestions(): readonly Question[] {
  const names = ['', 'eight.', 'de.', 'alias.', 'some.alias.'];
  return (['A', 'AAAA'] as const).flatMap((type) =>
    names.map((label) => ({ name: `${label}${LABELS.whole}.${PARENT}`, type })),
  );
}

/** By what a validator makes of it: proved, unsigned and so found to be, or bogus. */
export function questions(): Readonly<Record<'proved' | 'found' | 'bogus', readonly Question[]>> {
  const zone = `${LABELS.whole}.${PARENT}`;
  const below = (label: string, ...types: Question['type'][]): Question[] =>
    types.map((type) => ({ name: `${label}.${zone}`, type }));
  return {
    proved: [
      ...drawnQuestions(),
      ...(
        [
          'TXT',
          'MX',
          'HTTPS',
          'CAA',
          'SOA',
          'NS',
          'DS',
          'SRV',
          'ANY',
          'DNSKEY',
          'CDS',
          'CDNSKEY',
          'NSEC',
        ] as const
      ).map((type) => ({ name: zone, type })),
      ...below('eight', 'TXT'),
      ...below('de', 'MX'),
      ...below('_https._tcp', 'SRV', 'A'),
      ...below('_tcp', 'A'),
      ...below('alias', 'CNAME', 'MX'),
      ...below('some.text', 'TXT', 'A'),
      ...below('far.below.text', 'TXT', 'AAAA'),
      ...below('some.alias', 'CNAME', 'TXT'),
      ...below('ns1', 'A', 'TXT'),
      ...below('signed', 'TXT', 'DS', 'A'),
      ...below('unsigned', 'DS'),
      ...['none', '0', 'zz', 'a.b.none'].flatMap((label) => below(label, 'A', 'TXT')),
    ],
    found: below('unsigned', 'TXT'),
    bogus: [LABELS.forged, LABELS.expired].flatMap(smallQuestions),
  };
}

/** Pools without anybody for some clients, and who asks, one after the other. */
export const GONE_FOR_SOME: readonly (readonly [Question, ...(keyof typeof CLIENTS)[]])[] = [
  [{ name: `americans.${LABELS.whole}.${PARENT}`, type: 'A' }, 'berlin', 'chicago'],
  [{ name: `germans.${LABELS.whole}.${PARENT}`, type: 'A' }, 'berlin', 'chicago'],
];

/** `TYPE NAME`. */
export function textOf({ name, type }: Question): string {
  return `${type} ${name}`;
}
