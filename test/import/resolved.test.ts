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
