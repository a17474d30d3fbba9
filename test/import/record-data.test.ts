import t from 'tap';
import { readMasterFile } from '../../src/import/master-file.js';
import { recordData } from '../../src/import/record-data.js';

/** The data of a record as a zone file of ours has them, or the fault. */
function dataOf(text: string): unknown {
  const [record] = readMasterFile({ file: 'z', text: `@ ${text}` }, 'a.example').records;
  return record === undefined ? undefined : recordData(record);
}

t.test('names are absolute, quotes stay where they are needed', async (t) => {
  t.equal(dataOf('MX 10 mail'), '10 mail.a.example');
  t.equal(dataOf('MX 0 .'), '0 .');
  t.equal(dataOf('SRV 0 0 443 b.example.'), '0 0 443 b.example');
  t.equal(dataOf('CNAME @'), 'a.example');
  t.equal(dataOf('CAA 0 issue "ca.example"'), '0 issue "ca.example"');
  t.equal(dataOf('HTTPS 1 . alpn=h2'), '1 . alpn=h2');
  t.equal(dataOf('HTTPS 1 . alpn="h2,h3" port=8443'), '1 . alpn="h2,h3" port=8443');
  t.equal(
    dataOf('SVCB 1 a alpn=h2 key667="a= " key668="b"'),
    '1 a.a.example alpn=h2 key667="a= " key668="b"',
  );
  t.equal(dataOf('TXT "v=spf1 -all"'), 'v=spf1 -all');
  t.equal(dataOf('TXT "a" "b"'), '"a" "b"');
  t.equal(dataOf('TXT "a \\"b\\""'), '"a \\"b\\""');
});

t.test('types without a form of their own are bytes', async (t) => {
  t.equal(dataOf('TYPE65280 \\# 2 0A0B'), '\\# 2 0A0B');
  t.equal(dataOf('SSHFP 4 2 0a0b 0c'), '\\# 5 04020a0b0c');
  t.equal(dataOf('TLSA 3 1 1 ff'), '\\# 4 030101ff');
  t.match(dataOf('TLSA 3 1 1 f'), { fault: 'TLSA is written as bytes here (RFC 3597)' });
  t.match(dataOf('LOC 1'), { fault: 'LOC is written as bytes here (RFC 3597)' });
  t.match(dataOf('DNAME b'), { fault: /DNAME records are refused/ });
});

t.test('what is no such record says so', async (t) => {
  t.match(dataOf('A 1.2.3'), { fault: 'it is no A record' });
  t.match(dataOf('MX mail'), { fault: 'it is no MX record' });
  t.match(dataOf('TXT \\# 4 03616263'), { fault: /^its data is bytes/ });
  t.equal(dataOf('TXT "\\#" a'), '"\\#" "a"');
});
