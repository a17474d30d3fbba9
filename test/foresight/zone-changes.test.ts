import t from 'tap';
import { changesBetween } from '../../src/foresight/zone-changes.js';
import { soundZone } from '../zone/zone-text.js';

const BEFORE = `
zone: dl.example.org
ns: [ns.example.net]
ttl: 60
pools: { "@": { max_share: 0.2 }, old: {} }
mirrors:
  aurora: { addresses: [192.0.2.1], weight: 10 }
  boreas: { addresses: [192.0.2.2] }
records: { www: { TXT: [x] } }
`;
const AFTER = `
zone: dl.example.org
ns: [ns.example.net]
ttl: 30
pools: { "@": { max_share: 0.3 } }
mirrors:
  cascade: { addresses: [192.0.2.3] }
  aurora: { addresses: [192.0.2.1, "2001:db8::1"], weight: 20, only_networks: [198.51.100.0/24] }
records: { www: { TXT: [y] }, new: { A: [192.0.2.9] } }
`;

t.test('each change is a line with the way to it', async (t) => {
  const lines = changesBetween([soundZone(BEFORE)], [soundZone(AFTER)]);
  const has = (text: string): boolean => lines.some((line) => line === `dl.example.org: ${text}`);
  for (const text of [
    'ttl: 60 → 30',
    'mirrors: aurora: weight: 10 → 20',
    'mirrors: aurora: addresses: ["192.0.2.1"] → ["192.0.2.1","2001:db8::1"]',
    'mirrors: aurora: admits: only_networks: new, ["198.51.100.0/24"]',
    'mirrors: boreas: gone',
    'mirrors: cascade: new',
    'pools: dl.example.org: max_share: 0.2 → 0.3',
    'pools: old.dl.example.org: gone',
    'records: new.dl.example.org A: new',
  ])
    t.ok(has(text), `${text}\n${lines.join('\n')}`);
});

t.test('order and comments are no change; a zone is', async (t) => {
  const zone = soundZone(BEFORE);
  const [first, second] = zone.mirrors;
  t.ok(first !== undefined && second !== undefined);
  t.same(changesBetween([zone], [soundZone(`# a word\n${BEFORE}`)]), []);
  t.same(changesBetween([], [zone]), ['dl.example.org: new']);
  t.same(changesBetween([zone], []), ['dl.example.org: gone']);
});

t.test('times are as they are written', async (t) => {
  const overrides = 'overrides: [{ mirrors: [aurora], reason: moved, until: 2027-01-31T18:00:00Z }]\n';
  const [line] = changesBetween([soundZone(BEFORE)], [soundZone(`${BEFORE}${overrides}`)]);
  t.match(line, /^dl\.example\.org: overrides: \[\] → .*"until":"2027-01-31T18:00:00/);
});

t.test('a refusal is more than its text', async (t) => {
  const refusing = (refuse: string) =>
    soundZone(BEFORE.replace('max_share: 0.2', `max_share: 0.2, refuse: ${refuse}`));
  t.same(
    changesBetween(
      [refusing('{ rcode: refused, countries: [DE], text: gone }')],
      [refusing('{ rcode: nodata, countries: [FR], text: gone }')],
    ),
    [
      'dl.example.org: pools: dl.example.org: refuse: countries: ["DE"] → ["FR"]',
      'dl.example.org: pools: dl.example.org: refuse: rcode: "refused" → "nodata"',
    ],
  );
});
