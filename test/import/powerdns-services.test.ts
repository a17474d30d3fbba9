import t from 'tap';
import { importPowerdns } from '../../src/import/powerdns.js';
import { importText } from './imported-zone.js';

const records = (services: string): string => `domains:
- domain: a.example
  ttl: 60
  records:
    a.example: [{ soa: ns.b.example hm.b.example 1 1 1 1 60 }, { ns: ns.b.example }]
    de.eu.svc.a.example: [{ a: 192.0.2.1 }, { aaaa: 2001:db8::1 }]
    by.de.eu.svc.a.example: [{ a: 192.0.2.2 }]
    eu.svc.a.example: [{ a: 192.0.2.3 }, { a: 192.0.2.4 }]
    xx.eu.svc.a.example: [{ a: 192.0.2.5 }]
    svc.a.example: [{ a: 192.0.2.6 }]
    own.svc.a.example: [{ a: 192.0.2.7 }]
  services:
${services}`;

t.test('each name that fits says for whom its addresses are', async (t) => {
  const { text, zone, decisions } = importText(importPowerdns, {
    z: records(`    dl.a.example:
      default: ['%re.%cc.%cn.svc.a.example', '%cc.%cn.svc.a.example', '%cn.svc.a.example', 'svc.a.example']
      198.51.100.0/24: own.svc.a.example
`),
  });
  t.match(
    text,
    `  dl:
    default: [svc]
    continents: { EU: [[eu-1, eu-2]] }
    countries: { DE: [[de-1, de-2]] }
    subdivisions: { DE-BY: [by] }
    networks: { 198.51.100.0/24: [own] }
`,
  );
  t.match(zone.pools, [{ name: 'dl', answers: 2, order: { others: 'nearest' } }]);
  t.equal(zone.pools[0]?.members.length, 7);
  t.same(decisions, []);
});

t.test('what has no like is said', async (t) => {
  const { decisions } = importText(importPowerdns, {
    z: records(`    dl.a.example: ['%co.svc.a.example', '%cn.svc.a.example', svc.a.example]\n`),
  });
  t.same(decisions, [
    "13: dl: %co.svc.a.example holds parts of a place that orders don't have: it was left out",
  ]);
});

t.test("the order of the zone's own name is no other pool's", async (t) => {
  const { zone } = importText(importPowerdns, {
    z: records(`    a.example: ['%cn.svc.a.example', svc.a.example]
    service.a.example: ['%cn.svc.a.example', svc.a.example]
`),
  });
  t.same(
    zone.pools.map(({ order }) => order?.name),
    ['@', 'service'],
  );
});

t.test('a name with Lua records has no service beside', async (t) => {
  const { zone, decisions } = importText(importPowerdns, {
    z: records(`    dl.a.example: ['%cn.svc.a.example', svc.a.example]\n`).replace(
      '    de.eu',
      `    dl.a.example: [{ lua: "A \\"pickrandom({'192.0.2.9'})\\"" }]\n    de.eu`,
    ),
  });
  t.match(zone.pools, [{ name: 'dl', members: [{}] }]);
  t.same(decisions, ['14: dl: it has Lua records too, which came first: the service was left out']);
});
