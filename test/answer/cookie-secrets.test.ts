/** Two banks of secrets: what counts is never half of one and half of the other. */
import t from 'tap';
import { BANK_WORD, currentBank, newCookieSecrets, replaceSecrets } from '../../src/answer/cookie-secrets.js';

const secret = (octet: number): Uint8Array => new Uint8Array(16).fill(octet);
const word = (octet: number): number => octet * 0x0101_0101;

t.test('a change is written where nobody reads, and then counts', async (t) => {
  const secrets = newCookieSecrets([secret(1), secret(2)]);
  const before = currentBank(secrets);
  const said = [...secrets.subarray(before, before + 9)];
  t.same(said, [word(1), word(1), word(1), word(1), word(2), word(2), word(2), word(2), 1]);
  replaceSecrets(secrets, [secret(3)]);
  const after = currentBank(secrets);
  t.not(after, before);
  t.same([...secrets.subarray(before, before + 9)], said, 'who reads the bank before reads it whole');
  t.equal(secrets[after + BANK_WORD.CURRENT], word(3));
  t.equal(secrets[after + BANK_WORD.HAS_OTHER], 0, 'no other one is left of the change before');
  replaceSecrets(secrets, [secret(4), secret(3)]);
  t.equal(currentBank(secrets), before, 'and they take turns');
  t.equal(secrets[before + BANK_WORD.OTHER], word(3));
});

t.test('octets are in the order of SipHash, the lowest first', async (t) => {
  const secrets = newCookieSecrets([Uint8Array.from({ length: 16 }, (_, i) => i)]);
  t.equal(secrets[currentBank(secrets)], 0x03020100);
});

t.test('a secret of another length is a mistake of the program', async (t) => {
  t.throws(() => newCookieSecrets([new Uint8Array(15)]), RangeError);
});
