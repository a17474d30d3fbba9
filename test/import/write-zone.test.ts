import t from 'tap';
import { mapping } from '../../src/import/imported.js';
import { writeZone } from '../../src/import/write-zone.js';

const ZONE = {
  head: ['top'],
  ns: [],
  pools: [{ key: '@', value: mapping({}) }],
  mirrors: [],
  records: [],
  tail: [],
  decisions: [],
};

t.test('what a zone must have and the files lack is a stand-in, and said', async (t) => {
  const { text, decisions } = writeZone(ZONE, undefined, 'f');
  t.match(
    text,
    /^# top\n\nzone: dl\.example\.org # the name of the zone is a stand-in: [^\n]+\nns: \[ns1\.example\.net, ns2\.example\.net\] # the name servers are stand-ins: write yours\n\npools:\n {2}"@": \{\}\n$/,
  );
  t.same(
    decisions.map(({ file, line }) => [file, line]),
    [
      ['f', 1],
      ['f', 1],
    ],
  );
});

t.test('a stated name stands over that of the files', async (t) => {
  const { text, decisions } = writeZone({ ...ZONE, name: 'a.example', ns: ['x.example'] }, 'b.example', 'f');
  t.match(text, /^# top\n\nzone: b\.example\nns: \[x\.example\]\n/);
  t.same(decisions, []);
});

t.test('where a list has nobody of a family, others are answered', async (t) => {
  const mirror = (key: string, ...addresses: string[]) => ({ key, value: mapping({ addresses }) });
  const pool = (order: string) => ({ key: order, value: mapping({ order, others: 'never' }) });
  const made = {
    ...ZONE,
    name: 'a.example',
    ns: ['x.example'],
    pools: [pool('one'), pool('two')],
    mirrors: [mirror('a', '192.0.2.1', '2001:db8::1'), mirror('b', '192.0.2.2')],
    orders: [
      { key: 'one', value: mapping({ default: ['a', 'b'] }) },
      { key: 'two', value: mapping({ default: ['a'], countries: mapping({ DE: ['b'] }) }) },
    ],
  };
  const { text, decisions } = writeZone(made, undefined, 'f');
  t.match(text, /\n {2}one: \{ order: one, others: never \}\n {2}two: \{ order: two \}\n/);
  t.match(decisions, [{ message: /^two: some of its lists have nobody of one family/ }]);
  t.equal(decisions.length, 1);
});
