/** The data of records, read again by another library, and to the octet where that reads too kindly. */
import t from 'tap';
import { ANY_DATA, dataOctets, nsData, soaData } from '../../src/wire/records.js';
import { octets, query, readReply, record, TYPES, type TypeName } from '../dns-message.js';

const cnameData = (domain: string) => dataOctets(TYPES.CNAME, { domain });
const ptrData = (domain: string) => dataOctets(TYPES.PTR, { domain });
const mxData = (priority: number, exchange: string) => dataOctets(TYPES.MX, { priority, exchange });
const txtData = (data: string[]) => dataOctets(TYPES.TXT, { data });
const srvData = (priority: number, weight: number, port: number, target: string) =>
  dataOctets(TYPES.SRV, { priority, weight, port, target });
const caaData = (flags: number, tag: string, value: string) => dataOctets(TYPES.CAA, { flags, tag, value });

function text(type: TypeName, data: Uint8Array): string {
  const message = query({ name: 'a.example', type, answer: [record('a.example', TYPES[type], 60, data)] });
  return (readReply(message).answers[0] ?? '').replace(`a.example 60 IN ${type} `, '');
}

function hex(data: Uint8Array): string {
  return Buffer.from(data).toString('hex');
}

t.test('as text', async (t) => {
  const long = 'x'.repeat(255);
  const deep = `${`${'y'.repeat(63)}.`.repeat(3)}${'z'.repeat(61)}`;
  const table: [type: TypeName, data: Uint8Array, text: string][] = [
    ['NS', nsData('ns1.Example.org'), 'ns1.Example.org'],
    ['NS', nsData(deep), deep],
    ['CNAME', cnameData('dl.example.org'), 'dl.example.org'],
    ['PTR', ptrData('_x.example.org'), '_x.example.org'],
    ['MX', mxData(10, 'mail.example.org'), '10 mail.example.org'],
    ['MX', mxData(65_535, ''), '65535 .'],
    ['MX', mxData(0, ''), '0 .'],
    ['TXT', txtData(['one', 'two']), '"one" "two"'],
    ['TXT', txtData(['']), '""'],
    ['TXT', txtData([long, 'rest']), `"${long}" "rest"`],
    ['TXT', txtData(['São Paulo, 東京']), '"São Paulo, 東京"'],
    ['SRV', srvData(1, 2, 443, 'dl.example.org'), '1 2 443 dl.example.org'],
    ['SRV', srvData(65_535, 65_535, 65_535, ''), '65535 65535 65535 .'],
    ['CAA', caaData(0, 'issue', 'ca.example.net'), '0 issue "ca.example.net"'],
    ['CAA', caaData(128, 'iodef', 'mailto:a@example.org'), '128 iodef "mailto:a@example.org"'],
    ['CAA', caaData(0, 'issue', ';'), '0 issue ";"'],
    ['CAA', caaData(0, 'issue', ''), '0 issue ""'],
    ['HINFO', ANY_DATA, '"RFC8482" ""'],
  ];
  for (const [type, data, expected] of table) t.equal(text(type, data), expected);
});

t.test('SOA', async (t) => {
  const soa = {
    mname: 'ns1.example.org',
    rname: 'hostmaster.example.org',
    serial: 4_294_967_295,
    refresh: 2_147_483_647,
    retry: 1800,
    expire: 1_209_600,
    minimum: 0,
  };
  t.equal(
    text('SOA', soaData(soa)),
    'ns1.example.org hostmaster.example.org 4294967295 2147483647 1800 1209600 0',
  );
});

t.test('RFC 3597 §4: names in data are never compressed', async (t) => {
  const name = '0161 0162 00'.replaceAll(' ', '');
  t.equal(hex(nsData('a.b')), name);
  t.equal(hex(mxData(1, 'a.b')), `0001${name}`);
  t.equal(hex(srvData(1, 2, 3, 'a.b')), `000100020003${name}`);
  const times = '00000001000000020000000300000004 00000005'.replace(' ', '');
  const soa = soaData({ mname: 'a.b', rname: 'a.b', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 });
  t.equal(hex(soa), name + name + times);
});

t.test('data stand alone: equal whatever was encoded before', async (t) => {
  const first = cnameData('dl.example.org');
  mxData(1, 'dl.example.org');
  t.same(cnameData('dl.example.org'), first);
  t.equal(octets(first).length, 16);
});
