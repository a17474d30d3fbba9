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
