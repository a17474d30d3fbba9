/** Which mirrors an operator means: never those of two zones at once. */
import t from 'tap';
import { findMirrors } from '../../src/daemon/mirror-name.js';
import { soundZone } from '../zone/zone-text.js';

const zoneOf = (name: string, mirrors: readonly string[]) =>
  soundZone(
    `zone: ${name}\nns: [ns.example.com]\npools: { "@": {} }\nmirrors:\n${mirrors
      .map((mirror, i) => `  ${mirror}: { addresses: [192.0.2.${i + 1}] }\n`)
      .join('')}`,
  );
const ZONES = [
  zoneOf('dl.example.org', ['aurora', 'boreas', 'b2', 'shared']),
  zoneOf('example.net', ['shared', 'cascade']),
];
const found = (text: string): string =>
  findMirrors(ZONES, text)
    .map(({ zone, mirror }) => `${zone}/${mirror}`)
    .join();

t.test('a name, a glob, and the zone where that is needed', async (t) => {
  t.equal(found('aurora'), 'dl.example.org/aurora');
  t.equal(found('b*'), 'dl.example.org/boreas,dl.example.org/b2');
  t.equal(found('example.net/shared'), 'example.net/shared');
  t.equal(found('Example.NET./*'), 'example.net/shared,example.net/cascade', 'a zone as people write it');
});

t.test('what means nobody, or mirrors of two zones, is refused with what there is', async (t) => {
  const refused = (text: string, message: string): void => {
    t.throws(() => findMirrors(ZONES, text), { code: 'REQUEST_REFUSED', message });
  };
  refused(
    'shared',
    'shared: more than one zone has a mirror of that name; say which: dl.example.org/shared, example.net/shared',
  );
  refused('*', '*: more than one zone has a mirror of that name; say which: dl.example.org/*, example.net/*');
  refused('example.net/aurora', 'example.net/aurora: no mirror has that name; there are shared, cascade');
  refused(
    'example.com/aurora',
    'example.com/aurora: no zone example.com is served; there are dl.example.org, example.net',
  );
  refused('', ': no mirror has that name; there are aurora, boreas, b2, shared, cascade');
});

t.test('a long list is cut', async (t) => {
  const many = zoneOf(
    'example.org',
    Array.from({ length: 20 }, (_, i) => `m${i}`),
  );
  t.throws(() => findMirrors([many], 'x'), { message: /there are m0, m1, .*, m11 and 8 more$/ });
});
