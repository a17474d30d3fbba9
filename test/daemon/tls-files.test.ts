/** Certificates and keys, as files have them: what is taken, and what is said of the rest. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readTlsFiles } from '../../src/daemon/tls-files.js';
import { GeopoolError } from '../../src/platform/errors.js';
import type { Credentials } from '../../src/server/secure-context.js';
import { makeCertificate, noCertificates as skip } from '../server/tls-certificate.js';

function filesOf(t: Test, { certificate, key }: Partial<Credentials>) {
  const dir = t.testdir({
    ...(certificate !== undefined && { 'tls.crt': certificate }),
    ...(key !== undefined && { 'tls.key': key }),
  });
  const files = { certificate: join(dir, 'tls.crt'), key: join(dir, 'tls.key') };
  if (key !== undefined) chmodSync(files.key, 0o640);
  return files;
}

/** What is said of files, without the directory that they are in. */
function faultsOf(files: { readonly certificate: string; readonly key: string }): readonly string[] {
  try {
    readTlsFiles(files);
    return [];
  } catch (error) {
    if (!(error instanceof GeopoolError) || error.code !== 'CONFIG_INVALID') throw error;
    return error.details.map((line) => line.replaceAll(/\S*\/(tls\.\w+)/g, '$1'));
  }
}

t.test('one of our own making, with its times', { skip }, async (t) => {
  const made = makeCertificate(90);
  const files = filesOf(t, made);
  const { certificate, key, from, until } = readTlsFiles(files);
  t.same({ certificate, key }, made);
  t.equal(until - from, 90 * 86_400_000);
  t.ok(Math.abs(from - Date.now()) < 600_000);
});

t.test('a key of any kind that there is', { skip }, async (t) => {
  for (const kind of ['rsa:2048', 'ed25519']) {
    t.same(faultsOf(filesOf(t, makeCertificate(90, `req -x509 -newkey ${kind} -nodes`))), [], kind);
  }
});

t.test('files that are missing, or others than they should be', { skip }, async (t) => {
  const { certificate, key } = makeCertificate();
  t.match(faultsOf(filesOf(t, {})), [
    /^tls\.crt:1:1: can't be read: ENOENT/,
    /^tls\.key:1:1: can't be read: ENOENT/,
  ]);
  t.same(faultsOf(filesOf(t, { certificate: key, key: certificate })), [
    'tls.crt:1:1: is not a certificate in PEM',
    'tls.key:1:1: is not a private key that needs no passphrase, in PEM',
  ]);
  t.same(faultsOf(filesOf(t, { certificate, key: makeCertificate().key })), [
    'tls.key:1:1: is not the key of the certificate tls.crt: name the one that it was made with',
  ]);
  const weak = makeCertificate(90, 'req -x509 -newkey rsa:1024 -nodes');
  t.match(faultsOf(filesOf(t, weak)), [/^tls\.crt:1:1: can't be used for TLS: .*key too small$/]);
});

t.test('a key that others may read, or change', { skip }, async (t) => {
  const files = filesOf(t, makeCertificate());
  for (const mode of [0o644, 0o660, 0o642]) {
    chmodSync(files.key, mode);
    t.same(
      faultsOf(files),
      ['tls.key:1:1: others may read or change this key: chmod 0600, or 0640'],
      mode.toString(8),
    );
  }
  chmodSync(files.key, 0o600);
  t.same(faultsOf(files), []);
});
