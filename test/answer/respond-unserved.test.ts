/** Zones of ours that have no data: their file is wrong, and there is no copy of it. */
import t from 'tap';
import { layOutZones } from '../../src/compile/zones/lay-out-zones.js';
import { asker, makeTable } from '../compile/make-table.js';
import { addressesOf, type TypeName } from '../dns-message.js';
import { EXAMPLE, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });
const unserved = ['example.org', 'www.dl.example.org', 'down.four.dl.example.org', 'other.example'];
const ask = asker({ ...made.table, ...layOutZones(made.zones, made.plans, unserved).names });

t.test('a zone that has no data answers SERVFAIL at its name and below, and says why', async (t) => {
  const names = [
    'example.org',
    'x.example.org',
    'WWW.dl.example.org',
    'a.b.www.dl.example.org',
    'x.other.example',
  ];
  for (const name of names) {
    for (const type of ['A', 'SOA', 'ANY', 'DS'] satisfies TypeName[]) {
      const reply = ask({ name, type, edns: {} });
      t.same([reply.rcode, reply.aa, reply.tc], [2, false, false], `${name} ${type}`);
      t.same([reply.answers, reply.authorities], [[], []]);
      t.same(reply.edns?.options, ['15:0018'], 'RFC 8914 §4.25: invalid data');
    }
  }
});

t.test('zones in it and around it answer as ever, and names between are there', async (t) => {
  t.equal(addressesOf(ask({ name: 'dl.example.org' })).length, 2);
  t.equal(ask({ name: 'x.dl.example.org' }).rcode, 3);
  t.equal(ask({ name: 'nobody.example' }).rcode, 5);
  t.equal(ask({ name: 'four.dl.example.org', type: 'TXT' }).rcode, 0);
  const alias = ask({ name: 'web.dl.example.org' });
  t.match([alias.rcode, alias.answers.length], [0, 1], 'an alias into it ends there');
});
