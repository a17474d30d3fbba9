/** Refusals in zone files. */
import t from 'tap';
import { pool, testFaults } from './zone-faults.js';
import { soundZone, zoneText } from './zone-text.js';

const denying = (pools: string, records = 'x: { TXT: x }') => ({
  pools: `pools:\n  ${pools}`,
  more: `records: { ${records} }`,
});

testFaults("what a refusal can't be", [
  ['for nobody', pool('⟦refuse: {}'), /"refuse" names nobody: list "countries", "asn" or "networks"/],
  ['for empty lists', pool('⟦refuse: { countries: [], rcode: nodata }'), /"refuse" names nobody/],
  ['of a country twice', pool('refuse: { countries: [CH, ⟦CH] }'), /CH is listed twice/],
  ['of a country that is none', pool('refuse: { countries: [⟦XY] }'), /"XY" is not a country code/],
  ['an rcode', pool('refuse: { asn: [1], rcode: ⟦servfail }'), /"rcode" can't be the text "servfail"/],
  [
    'a long text',
    pool(`refuse: { asn: [1], text: ⟦"${'é'.repeat(61)}" }`),
    /the text takes 122 octets, the most is 120/,
  ],
  [
    'a text of two lines',
    pool('refuse: { asn: [1], text: ⟦"a\\nb" }'),
    /control characters, such as line ends/,
  ],
  [
    "a denial of the zone's own name",
    pool('refuse: { asn: [1], rcode: ⟦nxdomain }'),
    /nxdomain would deny dl.example.org with its SOA and NS records: write refused or nodata/,
  ],
  [
    'a denial of records beside it',
    denying('get: { refuse: { asn: [1], rcode: ⟦nxdomain } }', 'get: { TXT: x }'),
    /nxdomain would deny get.dl.example.org: write/,
  ],
  [
    'a denial of records below it',
    denying('get: { refuse: { asn: [1], rcode: ⟦nxdomain } }', '_https._tcp.get: { TXT: x }'),
    /nxdomain would deny _https._tcp.get.dl.example.org/,
  ],
  [
    'a denial of a pool below it',
    denying('get: { refuse: { asn: [1], rcode: ⟦nxdomain } }\n  eu.get: {}'),
    /nxdomain would deny eu.get.dl.example.org/,
  ],
  [
    'a denial of the name that reflects',
    {
      ...denying('get: { refuse: { asn: [1], rcode: ⟦nxdomain } }'),
      more: 'reflect: me.get',
    },
    /nxdomain would deny me.get.dl.example.org/,
  ],
]);

t.test('all of it, and what is left out', async (t) => {
  const refuse = (text: string) =>
    soundZone(zoneText({ pools: `pools: { get: { refuse: ${text} } }` })).pools[0]?.refuse;
  t.match(
    refuse('{ countries: [CH], asn: [1], networks: [198.51.100.0/24], rcode: nxdomain, text: "No." }'),
    {
      countries: ['CH'],
      asn: [1],
      networks: [{ text: '198.51.100.0/24' }],
      rcode: 'nxdomain',
      text: 'No.',
    },
  );
  t.strictSame(refuse('{ countries: [CH] }'), {
    countries: ['CH'],
    asn: [],
    networks: [],
    rcode: 'nodata',
    text: '',
  });
  t.equal(soundZone(zoneText()).pools[0]?.refuse, undefined);
});
