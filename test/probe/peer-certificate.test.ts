import { X509Certificate } from 'node:crypto';
import t from 'tap';
import { createCertificateReader } from '../../src/probe/peer-certificate.js';
import { createAuthority } from './certificates.js';

const authority = createAuthority(t.testdir());
if (authority === undefined) t.bailout('these tests make their certificates with openssl: install it');
else {
  const { issue } = authority;

  /** A certificate, and how often it was decoded. */
  function counted(pem: string): { certificate: X509Certificate; decoded: () => number } {
    const certificate = new X509Certificate(pem);
    const decode = certificate.toLegacyObject.bind(certificate);
    let count = 0;
    Object.defineProperty(certificate, 'toLegacyObject', {
      value: () => {
        count++;
        return decode();
      },
    });
    return { certificate, decoded: () => count };
  }

  const mine = issue('DNS:dl.example.org,DNS:*.wild.example.org,IP:127.0.0.1').cert;
  const other = issue('DNS:other.example.org').cert;

  t.test('its end, and whether it is for the host', async (t) => {
    const read = createCertificateReader();
    const certificate = new X509Certificate(mine);
    const ends = Date.parse(certificate.validTo);
    for (const host of ['dl.example.org', 'a.wild.example.org', '127.0.0.1']) {
      t.same(read(certificate, host), { ends }, host);
    }
    for (const host of ['other.example.org', 'wild.example.org', '127.0.0.2']) {
      const { mismatch } = read(certificate, host);
      t.match(mismatch, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, host);
      t.same(Object.keys(mismatch ?? {}), ['code'], 'and nothing of what the mirror sent is kept');
    }
    t.same(read(new X509Certificate(other), 'other.example.org').mismatch, undefined);
  });

  t.test('a certificate is decoded once for each host, by whatever connection it comes', async (t) => {
    const read = createCertificateReader();
    const [first, second] = [counted(mine), counted(mine)];
    const found = read(first.certificate, 'dl.example.org');
    t.equal(read(second.certificate, 'dl.example.org'), found);
    t.same([first.decoded(), second.decoded()], [1, 0]);
    read(second.certificate, 'other.example.org');
    t.equal(second.decoded(), 1, 'what is right for one host says nothing of another');
  });

  t.test('those that were not seen for longest are forgotten', async (t) => {
    const read = createCertificateReader(2);
    const { certificate, decoded } = counted(mine);
    for (const host of ['a.example', 'b.example', 'a.example', 'c.example', 'a.example'])
      read(certificate, host);
    t.equal(decoded(), 3);
    read(certificate, 'b.example');
    t.equal(decoded(), 4);
  });
}
