/** Challenges as records of their zones. */
import t from 'tap';
import { recordData } from '../../../src/compile/zones/record-data.js';
import { withChallenges } from '../../../src/compile/zones/with-challenges.js';
import { soundZone } from '../../zone/zone-text.js';

const ZONE = soundZone(`
zone: example.org
ns: [ns.example.net]
pools: { dl: {} }
mirrors: { m: { addresses: [192.0.2.9] } }
records: { there: { TXT: own, A: 192.0.2.1, ttl: 300 }, other: { TXT: own } }
`);
const texts = (zone: typeof ZONE): string[] =>
  zone.records.map(
    (rrset) =>
      `${rrset.owner} ${rrset.ttl} ${rrset.type} ${recordData(rrset).map((data) => Buffer.from(data.subarray(1)).toString('latin1'))}`,
  );

t.test('behind what the zone has there, with the TTL of all of them', async (t) => {
  const made = withChallenges(
    ZONE,
    [
      { name: '_acme-challenge.dl.example.org', token: 'one' },
      { name: 'there.example.org', token: 'two' },
      { name: '_acme-challenge.dl.example.org', token: 'three' },
    ],
    [],
  );
  t.same(
    texts(made).filter((text) => text.includes('TXT')),
    [
      'other.example.org 3600 TXT own',
      '_acme-challenge.dl.example.org 1 TXT one,three',
      'there.example.org 1 TXT own,two',
    ],
  );
  t.equal(made.records.length, ZONE.records.length + 1, 'and all else is there');
});

t.test('only those of this zone', async (t) => {
  const elsewhere = ['x.example.net', 'in.example.org', 'a.in.example.org'].map((name) => ({
    name,
    token: 'x',
  }));
  t.equal(withChallenges(ZONE, elsewhere, ['example.org', 'in.example.org', 'example.net']), ZONE);
});
