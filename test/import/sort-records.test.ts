import t from 'tap';
import { readMasterFile } from '../../src/import/master-file.js';
import { relativeName, sortRecords } from '../../src/import/sort-records.js';

const sort = (text: string) =>
  sortRecords(readMasterFile({ file: 'z', text }, 'a.example').records, 'a.example', 'z');

t.test('SOA and name servers go to the top, with their comments', async (t) => {
  const { ns, soa, head, records } = sort('; one\n@ SOA ns hm 1 2h 1h 1w 60 ; two\n@ NS ns ; three\n');
  t.same([ns, head, records], [['ns.a.example'], ['one', 'two', 'three'], []]);
  t.same(
    soa.entries.map(({ key, value }) => [key, value]),
    [
      ['mname', 'ns.a.example'],
      ['rname', 'hm.a.example'],
      ['serial', 1],
      ['refresh', 7200],
      ['retry', 3600],
      ['expire', 604_800],
      ['minimum', 60],
    ],
  );
});

t.test('of several TTLs at a name the least counts, and is said', async (t) => {
  const { records, decisions } = sort('b 60 A 192.0.2.1\nb 600 TXT x\nb 60 A 192.0.2.1\n');
  t.same(records[0]?.value, {
    entries: [
      { key: 'A', value: ['192.0.2.1'] },
      { key: 'TXT', value: ['x'] },
      { key: 'ttl', value: 60 },
    ],
  });
  t.match(decisions, [
    { line: 1, message: 'the records of b.a.example have several TTLs: all get the least, 60' },
  ]);
});

t.test('what can not be written stands as a comment above what comes next, or at the end', async (t) => {
  const { records, tail, decisions } = sort(
    '; of l\nl LOC 1 ; place\nb A 192.0.2.1\nc.example. A 192.0.2.2\n',
  );
  t.same(records[0]?.above, ['of l', 'l.a.example LOC 1 ; place']);
  t.same(tail, ['c.example A 192.0.2.2']);
  t.same(
    decisions.map(({ line }) => line),
    [2, 4],
  );
});

t.test('signatures are left out with one word', async (t) => {
  const { records, decisions } = sort('b A 192.0.2.1\nb RRSIG x\nb NSEC y\n');
  t.equal(records.length, 1);
  t.match(decisions, [{ line: 2, message: '2 records of DNSSEC left out: they are not taken from files' }]);
});

t.test('a template for a serial is said', async (t) => {
  t.match(sort('@ SOA a b {{ serial }} 1 1 1 1\n').decisions, [
    { line: 1, message: /^the serial is not a number/ },
  ]);
});

t.test('owner names relative to the zone', async (t) => {
  t.same(
    ['a.example', 'b.a.example', '*.a.example', 'example', 'b\\.c.a.example'].map((name) =>
      relativeName(name, 'a.example'),
    ),
    ['@', 'b', '*', undefined, undefined],
  );
});

t.test('names in a SOA that can not be written are left out, and said', async (t) => {
  const { soa, decisions } = sort('@ SOA . first\\.last.a.example. 1 2h 1h 1w 60\n');
  t.same(
    soa.entries.map(({ key }) => key),
    ['serial', 'refresh', 'retry', 'expire', 'minimum'],
  );
  t.match(decisions, [
    { line: 1, message: 'mname . is no name here, so it was left out and is the default now' },
    {
      line: 1,
      message: 'rname first\\.last.a.example. is no name here, so it was left out and is the default now',
    },
  ]);
});
