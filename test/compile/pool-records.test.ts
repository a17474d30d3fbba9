/** A pool's addresses as whole records. */
import t from 'tap';
import { poolRecords } from '../../src/compile/pool-records.js';
import { makeTable } from './make-table.js';

t.test('every address of every seat, in order', async (t) => {
  const { plans } = makeTable([
    'zone: e.org\nns: [n.e.net]\nttl: 300\npools: { "@": {} }\nmirrors: { a: { addresses: [192.0.2.1, "2001:db8::1", 192.0.2.2] }, b: { addresses: [192.0.2.3] } }\n',
  ]);
  const hex = plans.map((plan) => {
    const { records, recordLength } = poolRecords(plan);
    const text = Buffer.from(records.buffer).toString('hex');
    return text.match(new RegExp(`.{${recordLength * 2}}`, 'g'));
  });
  t.same(hex, [
    [
      'c00c000100010000012c0004c0000201',
      'c00c000100010000012c0004c0000202',
      'c00c000100010000012c0004c0000203',
    ],
    ['c00c001c00010000012c001020010db8000000000000000000000001'],
  ]);
});
