import t from 'tap';
import { records, testFaults } from './zone-faults.js';
import { soundZone, zoneText } from './zone-text.js';

const EU = 'eu: { NS: [ns1.example.net] }\n  ';

testFaults("what can't be at a delegation or below it", [
  [
    'NS of the zone itself',
    records('"@": { ⟦NS: ns1.example.net }'),
    /name servers go into "ns:" at the top/,
  ],
  ['NS of a wildcard', records('"*.eu": { ⟦NS: ns1.example.net }'), /and a wildcard is none$/],
  ['DS of the zone itself', records("'@': { ⟦DS: '1 13 9 00' }"), /the zone above has that of this one$/],
  ['DS without NS', records("eu: { ⟦DS: '1 13 9 00' }"), /put NS beside it$/],
  ['DS below', records(`${EU}a.eu: { ⟦DS: '1 13 9 00' }`), /put NS beside it$/],
  [
    'a text at it',
    records('eu: { NS: [ns1.example.net], ⟦TXT: x }'),
    /^TXT in the delegation "eu": others answer for it, and only addresses of name servers can be here$/,
  ],
  ['a text below', records(`${EU}a.b.eu: { ⟦TXT: x }`), /^TXT in the delegation "eu"/],
  ['an address of nobody below', records(`${EU}a.eu: { ⟦A: 192.0.2.1 }`), /^A in the delegation "eu"/],
  ['an alias at it', records('eu: { NS: ns1.example.net, ⟦CNAME: a.example }'), /CNAME/],
  ['a delegation in one', records(`${EU}a.eu: { ⟦NS: [ns1.example.net] }`), /^NS in the delegation "eu"/],
  [
    'a delegation in one that stands behind it',
    records('a.eu: { ⟦NS: [ns1.example.net] }\n  eu: { NS: [ns1.example.net] }'),
    /^NS in the delegation "eu"/,
  ],
  ['a wildcard below', records(`${EU}"*.eu": { ⟦TXT: x }`), /^TXT in the delegation "eu"/],
  [
    'a pool at it',
    { pools: 'pools: { "@": {}, ⟦eu: {} }', ...records('eu: { NS: ns1.example.net }') },
    /^the pool "eu" would never be answered: "eu" is delegated \(line \d+\)/,
  ],
  [
    'a pool below',
    { pools: 'pools: { "@": {}, ⟦a.eu: {} }', ...records('eu: { NS: ns1.example.net }') },
    /^the pool "a.eu" would never be answered: "eu" is delegated/,
  ],
  [
    'no glue',
    records('eu: { NS: [ns1.example.net, ⟦ns.eu.dl.example.org] }'),
    /^ns.eu.dl.example.org is inside the zone and has no addresses there: add records: \{ "ns.eu"/,
  ],
  [
    'a server of the zone without addresses',
    records('eu: { NS: [⟦ns.dl.example.org] }'),
    /^ns.dl.example.org is inside the zone and has no addresses there/,
  ],
  [
    'a server that is an alias',
    records('eu: { NS: [⟦ns.dl.example.org] }\n  ns: { CNAME: a.example }'),
    /a name server needs addresses of its own/,
  ],
  ['a server that is a pool', records('eu: { NS: [⟦dl.example.org] }'), /is a pool: a name server needs/],
  ['a server twice', records('eu: { NS: [ns1.example.net, ⟦NS1.example.net] }'), /is listed twice/],
]);

t.test('glue below, at the cut, of a sibling, and of the zone itself', async (t) => {
  const zone = soundZone(
    zoneText({
      ns: 'ns: [ns1.example.net, ns9.eu.dl.example.org]',
      ...records(`eu:
    NS: [eu.dl.example.org, ns1.eu.dl.example.org, ns1.us.dl.example.org, ns.dl.example.org]
    DS: '1 13 9 00'
    A: 192.0.2.1
    x-note: ours
  ns1.eu: { AAAA: "2001:db8::1" }
  ns9.eu: { A: 192.0.2.9 }
  us: { NS: [ns1.eu.dl.example.org] }
  ns: { A: 192.0.2.2, TXT: x }`),
    }),
  );
  t.same(zone.records.map(({ owner, type }) => `${owner.replace('.dl.example.org', '')} ${type}`).sort(), [
    'eu A',
    'eu DS',
    'eu NS',
    'ns A',
    'ns TXT',
    'ns1.eu AAAA',
    'ns9.eu A',
    'us NS',
  ]);
});
