/** Which list of an order is a client's, and the codes of its entries. */
import t from 'tap';
import type { Client } from '../../src/select/candidate.js';
import { codeEntries, matchFinder, mostEntries, type Order } from '../../src/select/order.js';

const order: Order = {
  name: 'world',
  others: 'nearest',
  matches: [
    { by: 'networks', key: 7, list: 0 },
    { by: 'networks', key: 3, list: 1 },
    { by: 'asn', key: 64_500, list: 2 },
    { by: 'subdivisions', key: 'US-TX', list: 3 },
    { by: 'countries', key: 'US', list: 4 },
    { by: 'continents', key: 'NA', list: 5 },
    { by: 'default', key: '', list: 6 },
  ],
};

t.test('the most specific match counts', async (t) => {
  let client: Client = {
    networks: [3, 7],
    asn: 64_500,
    country: 'US',
    region: { subdivision: 'US-TX', continent: 'NA' },
  };
  const find = matchFinder(order);
  const lists = [find(client)?.list];
  const lessKnown: Partial<Client>[] = [
    { networks: [3, 4] },
    { networks: [4] },
    { asn: 64_501 },
    { region: { subdivision: 'US-CA', continent: 'NA' } },
    { country: 'XX' },
    { region: {} },
  ];
  for (const less of lessKnown) {
    client = { ...client, ...less };
    lists.push(find(client)?.list);
  }
  t.same(lists, [0, 1, 2, 3, 4, 5, 6], 'of networks, the one that is first');
  const { matches } = order;
  t.equal(matchFinder({ ...order, matches: matches.slice(0, 6) })({ networks: [] }), undefined);
});

t.test('the continent is that of the database, else that of the country', async (t) => {
  const find = matchFinder(order);
  t.equal(find({ networks: [], country: 'CA' })?.list, 5);
  t.equal(find({ networks: [], country: 'CA', region: { continent: 'EU' } })?.list, 6);
  t.equal(find({ networks: [], region: { continent: 'NA' } })?.list, 5);
});

t.test('entries that have nobody for the client get no code', async (t) => {
  const list = Int32Array.of(2, -1, 0, 2, 1);
  t.equal(mostEntries([Int32Array.of(-1), list]), 3);
  t.equal(mostEntries([]), 0);
  const codes = new Uint16Array(3);
  const last = codeEntries(list, (site) => site === 0 || site === 2, 1, codes);
  t.same([last, ...codes], [3, 2, 0, 3]);
  t.same([codeEntries(list, () => false, 1, codes), ...codes], [1, 0, 0, 0]);
});
