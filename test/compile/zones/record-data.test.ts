/** Types of records by number, and the data of each. */
import t from 'tap';
import { recordData, typeNumber } from '../../../src/compile/zones/record-data.js';
import { soundZone } from '../../zone/zone-text.js';

t.test('type numbers', async (t) => {
  const table: [type: string, number: number][] = [
    ['A', 1],
    ['CNAME', 5],
    ['PTR', 12],
    ['MX', 15],
    ['TXT', 16],
    ['AAAA', 28],
    ['SRV', 33],
    ['CAA', 257],
    ['SSHFP', 44],
    ['HTTPS', 65],
    ['TYPE1', 1],
    ['TYPE65280', 65_280],
  ];
  for (const [type, number] of table) t.equal(typeNumber(type), number, type);
  for (const type of ['', 'TYPE', 'TYPEX', 'type1', 'XYZ'])
    t.throws(() => typeNumber(type), RangeError, type);
});

t.test('each form of a zone file as octets', async (t) => {
  const { records } = soundZone(`
zone: example.org
ns: [ns.example.net]
pools: { p: {} }
mirrors: { m: { addresses: [192.0.2.9] } }
records:
  x:
    A: [192.0.2.1, 192.0.2.2]
    AAAA: "2001:db8::1"
    MX: "10 a.b"
    TXT: hi
    SRV: "1 2 3 a.b"
    CAA: '0 issue "x"'
    PTR: a.b
    SSHFP: '\\# 2 01 02'
    TYPE65280: '\\# 0'
  y: { CNAME: a.b }
`);
  const octets = Object.fromEntries(
    records.map((rrset) => [rrset.type, recordData(rrset).map((data) => Buffer.from(data).toString('hex'))]),
  );
  t.same(octets, {
    A: ['c0000201', 'c0000202'],
    AAAA: ['20010db8000000000000000000000001'],
    MX: ['000a0161016200'],
    TXT: ['026869'],
    SRV: ['0001000200030161016200'],
    CAA: ['0005697373756578'],
    PTR: ['0161016200'],
    TYPE44: ['0102'],
    TYPE65280: [''],
    CNAME: ['0161016200'],
  });
});
