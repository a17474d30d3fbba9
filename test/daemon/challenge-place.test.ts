import t from 'tap';
import { checkToken, readChallengeName } from '../../src/daemon/challenge-place.js';
import type { LoadedZone } from '../../src/zone/zone-files.js';
import { soundZone } from '../zone/zone-text.js';

const loaded = (zone: string, records: string): LoadedZone => {
  const text = `
zone: ${zone}
ns: [ns1.example.net]
pools: { "@": {} }
mirrors: { m: { addresses: [192.0.2.9] } }
records: { ${records} }
reflect: mirror
`;
  return { zone: soundZone(text), text, file: 'z.yaml' };
};
const WORLD = {
  zones: [
    loaded(
      'example.org',
      'sub: { NS: ns1.example.net }, cdn: { NS: ns1.example.net }, a: { CNAME: b.example.net }',
    ),
    loaded('dl.cdn.example.org', 'own: { TXT: x }'),
  ],
  refused: [{ file: 'w.yaml', faults: [], zone: 'wrong.example.org' }],
};

t.test('a name of a zone that is served', async (t) => {
  for (const [text, name] of [
    ['_acme-challenge.Example.org.', '_acme-challenge.example.org'],
    ['example.org', 'example.org'],
    ['x.dl.cdn.example.org', 'x.dl.cdn.example.org'],
    ['own.dl.cdn.example.org', 'own.dl.cdn.example.org'],
    ['b.a.example.org', 'b.a.example.org'],
  ] as const) {
    t.equal(readChallengeName(text, WORLD), name);
  }
});

t.test('others are refused, with why', async (t) => {
  for (const [text, why] of [
    ['a..b', /is not a name/],
    ['*.example.org', /is not a name/],
    ['example.com', /at example\.com: it is in no zone of this server$/],
    [
      'x.wrong.example.org',
      /: the file of the zone wrong\.example\.org is wrong, and nothing of it is served$/,
    ],
    ['x.sub.example.org', /: sub\.example\.org is delegated: give it to the name servers/],
    ['sub.example.org', /: sub\.example\.org is delegated/],
    ['cdn.example.org', /: cdn\.example\.org is delegated/],
    ['mirror.example.org', /: "reflect" in \S+ answers there$/],
    ['a.example.org', /: it is a CNAME: give it to the name servers of b\.example\.net$/],
  ] as const) {
    t.throws(() => readChallengeName(text, WORLD), { code: 'REQUEST_REFUSED', message: why }, text);
  }
});

t.test('tokens', async (t) => {
  for (const token of ['x', 'gfj9Xq...Rg85nM', '!~', 'x'.repeat(255)])
    t.doesNotThrow(() => checkToken(token));
  for (const token of ['', 'a b', 'ä', 'a\n', 'x'.repeat(256)])
    t.throws(() => checkToken(token), {
      code: 'REQUEST_REFUSED',
      message: /^a token has 1 to 255 characters/,
    });
});
