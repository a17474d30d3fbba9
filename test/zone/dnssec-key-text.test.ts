/** Files of keys: what is written is read, and whatever is wrong is said without any of a key. */
import fc from 'fast-check';
import t from 'tap';
import { keyText, LONGEST_TTL, readKeyText } from '../../src/zone/dnssec-key-text.js';
import { formatFault } from '../../src/zone/faults.js';
import { makeKey } from '../dnssec/make-keys.js';

const DAY = 86_400_000;
const zone = 'dl.example.org';
const rolling = {
  zone,
  keys: [makeKey(13, [DAY, 2 * DAY, 5 * DAY, 9 * DAY]), makeKey(13, [3 * DAY, 5 * DAY])],
  withdrawn: 20 * DAY,
} as const;

function faultsIn(text: string): string {
  const read = readKeyText(text, 'k');
  return 'faults' in read ? read.faults.map(formatFault).join('\n') : '';
}

t.test('what is written is read', async (t) => {
  t.strictSame(readKeyText(keyText(rolling), 'k'), rolling);
  const single = { zone, keys: [makeKey(15)] } as const;
  t.strictSame(readKeyText(keyText(single), 'k'), single);
  const [key] = single.keys;
  for (const dsTtl of [0, 90_000, LONGEST_TTL]) {
    const told = { zone, keys: [{ ...key, dsSeen: 3 * DAY }], dsTtl } as const;
    t.strictSame(readKeyText(keyText(told), 'k'), told);
  }
});

t.test('keys come in the order in which they sign, whatever that in the file', async (t) => {
  const [old, next] = rolling.keys;
  t.strictSame(readKeyText(keyText({ ...rolling, keys: [next, old] }), 'k'), rolling);
});

t.test('what is wrong is said where it is', async (t) => {
  const text = keyText(rolling);
  const [old, next] = rolling.keys;
  const publicOf = (key: typeof old): string => Buffer.from(key.publicKey).toString('base64');
  for (const [what, wrong, said] of [
    ['empty', '', /^k:1:1: the file is empty: geopool dnssec keygen makes one$/],
    ['no keys', 'version: 1\nzone: a.example\nkeys: []\n', /^k:1:1: there is no key in it$/],
    ['of a later version', text.replace('version: 1', 'version: 2'), /^k:3:10: "version" can't be/],
    ['an unknown key', text.replace('withdrawn:', 'withdrawm:'), /^k:5:1: unknown key "withdrawm"; did you/],
    ['without a time', text.replace(/ {4}activate.*\n/, ''), /^k:7:5: "activate" is missing$/],
    ['a time that is none', text.replace(/activate: .*/, 'activate: soon'), /^k:11:15: "soon" is not a time/],
    [
      'another public part',
      text.replace(publicOf(old), publicOf(next)),
      /^k:9:13: this is not the public part of the private key$/,
    ],
    [
      'another tag',
      text.replace(`tag: ${old.tag}`, 'tag: 0'),
      new RegExp(`^k:7:10: the tag of this key is ${old.tag}$`),
    ],
    [
      'another algorithm',
      text.replace('ecdsa-p256', 'ed25519'),
      /^k:14:14: this is not a private key of ed25519$/,
    ],
    ['a gap', text.replace(/retire: .*/, 'retire: 1970-01-05T00:00:00Z'), /^k:6:1: key \d+ must retire when/],
  ] as const) {
    t.match(faultsIn(wrong), said, what);
  }
});

t.test('nothing of a key is in what is said, wherever it got to', async (t) => {
  const text = keyText(rolling);
  const [, secret = ''] = / {4}private: (\S+)/.exec(text) ?? [];
  t.ok(secret.length > 100);
  const pieces = secret.match(/.{16}/g) ?? [];
  for (const wrong of [
    text.replace('    private: ', '    private:\n'),
    text.replace('    private: ', '    private '),
    text.replace('    private: ', '    - '),
    text.replace('    private: ', '    algorithm: '),
    text.replace('    private: ', '    privat: '),
    text.replace('    private: ', '    private: "'),
    text.replace('    private: ', '    private: *'),
    text.replace(/zone: .*/, `zone: ${secret}`),
    text.replace(/activate: .*/, `activate: ${secret}`),
    text.replace(/version: .*/, `version: ${secret}`),
    text.replace(/keys:\n[\s\S]*/, `keys: ${secret}`),
    text.replace(/keys:\n[\s\S]*/, `keys: [${secret}]`),
    text.replace(/keys:\n[\s\S]*/, `${secret}: 1`),
    text.slice(0, text.indexOf(secret) + 60),
    secret,
  ]) {
    const said = faultsIn(wrong);
    t.not(said, '', wrong);
    t.same(
      pieces.filter((piece) => said.includes(piece)),
      [],
      said,
    );
  }
});

t.test('whatever the text, it is keys or faults', async () => {
  const text = keyText(rolling);
  const cut = fc.tuple(fc.nat(text.length), fc.nat(text.length), fc.string()).map(([a, b, put]) => {
    return text.slice(0, Math.min(a, b)) + put + text.slice(Math.max(a, b));
  });
  fc.assert(
    fc.property(fc.oneof(cut, fc.string()), (wrong) => {
      const read = readKeyText(wrong, 'k');
      return 'faults' in read ? read.faults.length > 0 : read.keys.length > 0;
    }),
    { numRuns: 500 },
  );
});
