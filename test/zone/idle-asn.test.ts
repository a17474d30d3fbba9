import t from 'tap';
import { warnOfIdleAsn } from '../../src/zone/idle-asn.js';
import { parseZone } from '../../src/zone/parse-zone.js';

function warnings(mirrors: string): readonly string[] {
  const head = 'zone: dl.example.org\nns: [ns1.example.net]\npools: { "@": {} }';
  const parsed = parseZone(`${head}\nmirrors: { ${mirrors} }\n`, 'z.yaml');
  return 'zone' in parsed ? warnOfIdleAsn(parsed.zone).map(({ message }) => message) : ['a wrong zone'];
}

t.test('mirrors that list AS numbers are named', async (t) => {
  t.same(warnings('aurora: { addresses: [192.0.2.1] }'), []);
  t.match(warnings('aurora: { addresses: [192.0.2.1] }, boreas: { addresses: [192.0.2.2], asn: [1] }'), [
    /^"asn" of boreas has no effect, for there is no database of AS numbers: /,
  ]);
  const many = Array.from({ length: 11 }, (_, i) => `m${i}: { addresses: [192.0.2.${i}], asn: [1] }`).join(
    ', ',
  );
  t.match(warnings(many), [/m0, m1, .*m7 and 3 more has no effect/]);
});
