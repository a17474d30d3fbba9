import t from 'tap';
import { mapping } from '../../src/import/imported.js';
import { resolvedMirrors } from '../../src/import/resolved.js';
import { parseAddress } from '../../src/ip/address.js';

t.test('addresses stand for names, each for one mirror', async (t) => {
  const known = (...texts: string[]) => texts.flatMap((text) => parseAddress(text) ?? []);
  const mirrors = ['a', 'b', 'c'].map((key) => ({
    key,
    value: mapping({ hostname: `${key}.example`, weight: 1 }),
  }));
  const made = resolvedMirrors(
    mirrors,
    new Map([
      ['a.example', known('192.0.2.1', '2001:db8::1')],
      ['b.example', known('192.0.2.1')],
    ]),
  );
  t.same(made[0], {
    key: 'a',
    value: mapping({ addresses: ['192.0.2.1', '2001:db8::1'], weight: 1 }),
    above: ['hostname: a.example'],
  });
  t.same(made.slice(1), mirrors.slice(1));
});

t.test('no address that another mirror has already', async (t) => {
  const named = { key: 'b', value: mapping({ hostname: 'b.example' }) };
  const address = parseAddress('2001:db8::1');
  const made = resolvedMirrors(
    [named, { key: 'a', value: mapping({ addresses: ['2001:DB8:0::1'] }) }],
    new Map([['b.example', address === null ? [] : [address]]]),
  );
  t.same(made[0], named);
});
