/** The list of record types decides all that is done with one: how it is read, what it is on the wire, whom it needs. */
import t from 'tap';
import { recordData, typeNumber } from '../../src/compile/zones/record-data.js';
import { octetsOf, RECORD_FORMS, serverOf } from '../../src/zone/record-forms.js';
import { zoneJsonSchema } from '../../src/zone/schema.js';

t.test('each type of the list is read, described, and known by its number', async (t) => {
  const numbers = Object.values(RECORD_FORMS).map(({ number }) => number);
  t.equal(new Set(numbers).size, numbers.length);
  const schema = JSON.stringify(zoneJsonSchema());
  for (const [type, { number, description }] of Object.entries(RECORD_FORMS)) {
    t.equal(typeNumber(type), number);
    t.ok(schema.includes(JSON.stringify(description)), type);
  }
});

t.test('data of a type are encoded as the list says, and others as they are', async (t) => {
  const exchange = { type: 'MX', preference: 1, exchange: 'a.b' } as const;
  t.equal(Buffer.from(octetsOf(exchange)).toString('hex'), '00010161016200');
  const bytes = Uint8Array.of(1, 2);
  t.same(octetsOf({ type: 'RAW', bytes }), bytes);
  t.same(recordData({ owner: 'a', type: 'MX', ttl: 1, data: [exchange] }), [octetsOf(exchange)]);
});

t.test('MX and SRV name a server, others do not', async (t) => {
  t.equal(serverOf({ type: 'MX', preference: 1, exchange: 'a.b' }), 'a.b');
  t.equal(serverOf({ type: 'SRV', priority: 1, weight: 2, port: 3, target: 'c.d' }), 'c.d');
  t.equal(serverOf({ type: 'HTTPS', priority: 1, target: 'a.b', parameters: [] }), undefined);
  t.equal(serverOf({ type: 'CNAME', target: 'a.b' }), undefined);
  t.equal(serverOf({ type: 'RAW', bytes: new Uint8Array() }), undefined);
});
