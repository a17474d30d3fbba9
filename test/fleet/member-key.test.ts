/** Keys of members: only a file that others can't read is taken, and no message has any of it. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  isSignedBy,
  newMemberKey,
  publicKeyOf,
  publicPart,
  readMemberKey,
  signed,
} from '../../src/fleet/member-key.js';

t.test('a key is read from its file, and its signatures are known by its public part', async (t) => {
  const { pem, publicKey } = newMemberKey();
  const file = join(t.testdir({ key: pem }), 'key');
  for (const mode of [0o600, 0o640]) {
    chmodSync(file, mode);
    const key = readMemberKey(file);
    t.equal(publicPart(key), publicKey);
    const octets = Buffer.from('said');
    t.ok(isSignedBy(octets, signed(octets, key), publicKeyOf(publicKey)));
    t.notOk(isSignedBy(octets, signed(octets, key), publicKeyOf(newMemberKey().publicKey)));
    t.notOk(isSignedBy(Buffer.from('other'), signed(octets, key), publicKeyOf(publicKey)));
  }
  for (const mode of [0o604, 0o644, 0o660, 0o620]) {
    chmodSync(file, mode);
    t.throws(() => readMemberKey(file), { code: 'CONFIG_INVALID', message: /others may read or change/ });
  }
});

t.test('what is no key is refused', async (t) => {
  const dir = t.testdir();
  const file = join(dir, 'key');
  t.throws(() => readMemberKey(file), { code: 'CONFIG_INVALID', message: /keygen makes one/ });
  writeFileSync(file, 's3cret', { mode: 0o600 });
  t.throws(() => readMemberKey(file), {
    code: 'CONFIG_INVALID',
    message: /^(?!.*s3cret).*is not a private key/,
  });
});
