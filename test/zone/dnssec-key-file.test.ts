/** Which files of keys are taken, and what becomes of a zone whose file is not. */
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readKeyFile, withKeys } from '../../src/zone/dnssec-key-file.js';
import { keyText } from '../../src/zone/dnssec-key-text.js';
import { parseFiles } from '../../src/zone/zone-files.js';
import { makeKeys } from '../dnssec/make-keys.js';
import { zoneText } from './zone-text.js';

const zone = 'dl.example.org';

function messageOf(file: string, of = zone): string | undefined {
  const read = readKeyFile(file, of);
  return 'faults' in read ? read.faults.map(({ message }) => message).join('\n') : undefined;
}

t.test('who may read and change it', async (t) => {
  const file = join(t.testdir({ key: keyText(makeKeys(zone)) }), 'key');
  for (const mode of [0o400, 0o600, 0o640, 0o440]) {
    chmodSync(file, mode);
    t.equal(messageOf(file), undefined);
  }
  for (const mode of [0o604, 0o644, 0o660, 0o620, 0o601]) {
    chmodSync(file, mode);
    t.equal(messageOf(file), 'others may read or change these keys: chmod 0600, or 0640');
  }
});

t.test(
  'whose it may be',
  { skip: process.geteuid?.() !== 0 && 'only root can give files away' },
  async (t) => {
    const file = join(t.testdir({ key: keyText(makeKeys(zone)) }), 'key');
    chmodSync(file, 0o640);
    chownSync(file, 4242, 0);
    t.equal(messageOf(file), undefined, 'root looks at it for the server, whoever that runs as');
    chownSync(file, 4242, 4242);
    t.equal(messageOf(file), 'another group than geopool may read these keys: chgrp geopool, or chmod 0600');
    process.seteuid?.(4243);
    try {
      t.match(messageOf(file), /can't be read/);
    } finally {
      process.seteuid?.(0);
    }
  },
);

t.test('what is in the way', async (t) => {
  const dir = t.testdir({ key: keyText(makeKeys(zone)), wrong: 'version: 1\n' });
  for (const name of ['key', 'wrong']) chmodSync(join(dir, name), 0o600);
  t.match(messageOf(join(dir, 'none')), /^the keys of dl\.example\.org can't be read: ENOENT/);
  t.match(messageOf(dir), /^the keys of dl\.example\.org can't be read: this is not a file$/);
  t.equal(
    messageOf(join(dir, 'key'), 'other.example'),
    'these are keys of dl.example.org, not of other.example',
  );
  t.equal(messageOf(join(dir, 'wrong')), '"zone" is missing\n"keys" is missing');
});

t.test('a zone is signed by its file, else by the keys that are known, else not served', async (t) => {
  const dir = t.testdir({});
  const [key, plain, signed] = [join(dir, 'key'), join(dir, 'plain.yaml'), join(dir, 'signed.yaml')];
  writeFileSync(plain, zoneText({ zone: 'zone: plain.example' }));
  writeFileSync(signed, zoneText({ more: `dnssec: { key: ${key} }` }));
  const files = parseFiles([plain, signed]);
  const loadedWith = (known: readonly ReturnType<typeof makeKeys>[]) =>
    withKeys(files, new Map(known.map((keys) => [keys.zone, keys])));

  const without = loadedWith([makeKeys('plain.example')]);
  t.match(without.loaded, [{ file: plain, keys: undefined }]);
  t.match(without.refused, [{ file: signed, zone, faults: [{ file: key, message: /ENOENT/ }] }]);
  t.equal(without.loaded.length, 1);

  const keys = makeKeys(zone);
  const before = loadedWith([keys]);
  t.same(before.refused, []);
  t.equal(before.loaded[1]?.keys, keys);
  t.match(before.loaded[1]?.keyFaults, [{ file: key, message: /ENOENT/ }]);

  const next = makeKeys(zone);
  writeFileSync(key, keyText(next), { mode: 0o600 });
  const after = loadedWith([keys]);
  t.strictSame(after.loaded[1]?.keys, next);
  t.equal(after.loaded[1]?.keyFaults, undefined);
  t.equal(after.loaded[0]?.keys, undefined);
});
