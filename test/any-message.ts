/**
 * Messages of every kind for property tests: sound queries, sound queries with some octets changed, cut or put in, and
 * arbitrary octets.
 */
import fc from 'fast-check';
import {
  type Asked,
  octets,
  opt,
  option,
  query,
  rawSubnet,
  record,
  subnet,
  TYPES,
  withWord,
} from './dns-message.js';

const label = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('dl', 'www', 'example', 'org', 'ns1', '*', 'a', 'ALIAS', 'Wild') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 63 }) },
);

/** Names below and beside the zones that tests use. */
export const anyName = fc
  .tuple(
    fc.array(label, { maxLength: 5 }),
    fc.constantFrom('', 'example.org', 'dl.example.org', 'DL.eXaMpLe.ORG', 'example'),
  )
  .map(([labels, zone]) =>
    [...labels.map((text) => text.replaceAll('.', '-')), zone].filter((part) => part !== '').join('.'),
  )
  .filter((name) => name.length <= 253);

const anySubnet = fc.oneof(
  fc
    .tuple(fc.ipV4(), fc.nat(32))
    .map(([ip, length]) => ({ family: 1, length, bytes: ip.split('.').map(Number) })),
  fc
    .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(128))
    .map(([bytes, length]) => ({ family: 2, length, bytes: [...bytes] })),
);

/** Client subnets as they should be. */
export const soundSubnet = anySubnet.map(({ family, length, bytes }) =>
  rawSubnet(
    family,
    length,
    0,
    bytes
      .slice(0, Math.ceil(length / 8))
      .map((byte, i) => byte & (0xff << (8 - Math.min(8, length - i * 8))) & 0xff),
  ),
);

/** Options that mean something here, besides the client subnet: NSID, cookies, keepalive, an extended error. */
const knownOption = fc
  .tuple(fc.constantFrom(3, 10, 10, 11, 15), fc.constantFrom(0, 0, 2, 8, 8, 24, 24, 40, 41))
  .chain(([code, size]) =>
    fc.uint8Array({ minLength: size, maxLength: size }).map((data) => option(code, data)),
  );

const anyOption = fc.oneof(
  knownOption,
  soundSubnet,
  fc.constant(subnet('192.0.2.0/24')),
  fc
    .tuple(fc.nat(65_535), fc.uint8Array({ maxLength: 30 }))
    .filter(([code]) => code !== 8)
    .map(([code, data]) => option(code, data)),
);

const anyEdns = fc.record({
  size: fc.constantFrom(0, 511, 512, 513, 600, 1232, 4096, 65_535),
  version: fc.constantFrom(0, 0, 0, 1),
  dnssecOk: fc.boolean(),
  options: fc.array(anyOption, { maxLength: 2 }),
});

const anyRecord = fc
  .tuple(anyName, fc.constantFrom(1, 6, 16, 250), fc.uint8Array({ maxLength: 20 }))
  .map(([name, type, data]) => record(name, type, 0, data));

const anyType = fc.oneof(
  fc.constantFrom(...Object.values(TYPES), 65_280, 0),
  fc.constantFrom(1, 28),
  fc.nat(65_535),
);

/** Queries as they should be; two client subnets in one are the only fault. */
export const soundQuery = fc
  .record<Asked>({
    name: anyName,
    type: anyType,
    class: fc.constantFrom(1, 1, 1, 1, 3, 255, 0),
    id: fc.nat(65_535),
    flags: fc.oneof(fc.constantFrom(0, 0x0100, 0x0120), fc.nat(0x7fff)),
    additional: fc.oneof(
      fc.constant([]),
      fc.constant([opt({})]),
      anyEdns.map((edns) => [opt(edns)]),
      fc.tuple(anyRecord, anyEdns).map(([first, edns]) => [first, opt(edns)]),
    ),
    authority: fc.oneof(fc.constant([]), fc.array(anyRecord, { maxLength: 2 })),
  })
  .map(query);

/** Messages with no question, or with two. */
const oddQuery = fc.tuple(soundQuery, fc.constantFrom(0, 2)).map(([message, questions]) => {
  let end = 12;
  while (message[end] !== 0) end += 1 + (message[end] ?? 0);
  end += 5;
  const question = message.subarray(12, end);
  const asked = questions === 0 ? [] : [question, question];
  return withWord(octets(message.subarray(0, 12), ...asked, message.subarray(end)), 4, questions);
});

const mutation = fc.record({
  at: fc.nat(400),
  removed: fc.constantFrom(0, 1, 1, 1, 2, 4, 400),
  put: fc.oneof(fc.uint8Array({ maxLength: 4 }), fc.constantFrom(Uint8Array.of(0xc0), Uint8Array.of(0xff))),
});

const mutatedQuery = fc
  .tuple(soundQuery, fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([message, mutations]) =>
    mutations.reduce((octetsNow, { at, removed, put }) => {
      const start = at % (octetsNow.length + 1);
      return octets(octetsNow.subarray(0, start), put, octetsNow.subarray(start + removed));
    }, message),
  );

export const anyMessage = fc.oneof(
  { weight: 2, arbitrary: soundQuery },
  { weight: 1, arbitrary: oddQuery },
  { weight: 4, arbitrary: mutatedQuery },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 600 }) },
);
