import t from 'tap';
import { addressMirrors } from '../../src/import/address-mirrors.js';
import { readMasterFile } from '../../src/import/master-file.js';

function mirrorsOf(text: string) {
  const { records } = readMasterFile({ file: 'z', text }, 'a.example');
  const addressed = records.filter(({ owner }) => owner.startsWith('dl'));
  const { mirrors, nameOf } = addressMirrors(addressed, records);
  return {
    mirrors: mirrors.map(({ key, value, beside }) => [key, value, beside]),
    names: addressed.map(nameOf),
  };
}

const addresses = (...value: string[]) => ({ entries: [{ key: 'addresses', value }] });

t.test(
  'a word in a comment, or another name with the address, is the name; else they are counted',
  async (t) => {
    const text =
      'dl A 192.0.2.1 ; one\ndl AAAA 2001:DB8::1 ; one\ndl A 192.0.2.2\ndl A 192.0.2.3 ; two words\nhost.b A 192.0.2.2\n';
    t.same(mirrorsOf(text), {
      mirrors: [
        ['one', addresses('192.0.2.1', '2001:db8::1'), undefined],
        ['host', addresses('192.0.2.2'), undefined],
        ['m3', addresses('192.0.2.3'), 'two words'],
      ],
      names: ['one', 'one', 'host', 'm3'],
    });
  },
);

t.test('an address in two pools is one mirror', async (t) => {
  t.same(mirrorsOf('dl A 192.0.2.1 ; one\ndl2 A 192.0.2.1 ; other\n'), {
    mirrors: [['one', addresses('192.0.2.1'), undefined]],
    names: ['one', 'one'],
  });
});

t.test('hosts that differ behind their first label are different mirrors', async (t) => {
  const text = `dl A 192.0.2.1
dl A 192.0.2.2
dl AAAA 2001:db8::2
dl A 192.0.2.3
dl A 192.0.2.4
dl A 192.0.2.5
m1.eu A 192.0.2.1
m1.us A 192.0.2.2
m1.us AAAA 2001:db8::2
*.eu A 192.0.2.3
*.us A 192.0.2.4
`;
  t.same(mirrorsOf(text).mirrors, [
    ['m1', addresses('192.0.2.1'), undefined],
    ['m1-2', addresses('192.0.2.2', '2001:db8::2'), undefined],
    ['mirror', addresses('192.0.2.3'), undefined],
    ['mirror-2', addresses('192.0.2.4'), undefined],
    ['m5', addresses('192.0.2.5'), undefined],
  ]);
});

t.test('a counted mirror has the name of no host', async (t) => {
  t.same(mirrorsOf('dl A 192.0.2.1\ndl A 192.0.2.2\nm1 A 192.0.2.2\n').names, ['m2', 'm1']);
});
