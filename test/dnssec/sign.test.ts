/** Signatures as RFCs give them, and as others verify them. */
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import t from 'tap';
import { canonicalSet, type Rrset } from '../../src/dnssec/canonical.js';
import { signatureHead, signerOf, signSet } from '../../src/dnssec/sign.js';
import { encodeName } from '../../src/wire/names.js';

const base64 = (text: string): Buffer => Buffer.from(text, 'base64');
/** An Ed25519 key in PKCS #8 (RFC 8410 §7). */
const ed25519 = (secret: string): string =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), base64(secret)]).toString('base64')}\n-----END PRIVATE KEY-----\n`;

t.test('RFC 8080 §6.1: Ed25519, to the octet', async (t) => {
  const key = {
    algorithm: 15,
    tag: 3613,
    privateKey: ed25519('ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI='),
  } as const;
  const rrset: Rrset = {
    owner: 'example.com',
    type: 15,
    ttl: 3600,
    data: [Uint8Array.of(0, 10, ...encodeName('mail.example.com'))],
  };
  const validity = { inception: 1_438_207_200, expiration: 1_440_021_600 };
  const data = signSet(rrset, signerOf('example.com', key), validity);
  const head = '000f0f0200000e1055d4fc6055b94ce00e1d076578616d706c6503636f6d00';
  t.equal(Buffer.from(data.subarray(0, -64)).toString('hex'), head);
  t.equal(
    Buffer.from(data.subarray(-64)).toString('base64'),
    'oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==',
  );
});

t.test('RFC 6605 §6.1: the signature that it gives is one of what is signed here', async (t) => {
  const point = base64(
    'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
  );
  const [x, y] = [point.subarray(0, 32), point.subarray(32)].map((half) => half.toString('base64url'));
  const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } });
  const rrset: Rrset = { owner: 'www.example.net', type: 1, ttl: 3600, data: [Uint8Array.of(192, 0, 2, 1)] };
  const validity = {
    inception: Date.UTC(2010, 7, 12, 10, 4, 39) / 1000,
    expiration: Date.UTC(2010, 8, 9, 10, 4, 39) / 1000,
  };
  const head = signatureHead(rrset, { zone: 'example.net', algorithm: 13, tag: 55_648 }, validity);
  const signature = base64(
    'qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==',
  );
  const signed = Buffer.concat([head, canonicalSet(rrset)]);
  t.ok(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature));
});

t.test('ECDSA: two integers of 32 octets', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signer = signerOf('example.org', { algorithm: 13, tag: 1, privateKey: pem });
  const rrset: Rrset = {
    owner: '*.x.example.org',
    type: 16,
    ttl: 5,
    data: [Uint8Array.of(1, 65), Uint8Array.of(0)],
  };
  const validity = { inception: 1, expiration: 2 };
  const data = signSet(rrset, signer, validity);
  const head = signatureHead(rrset, signer, validity);
  t.equal(data.length, head.length + 64);
  t.equal(head[3], 3, 'a wildcard is no label (RFC 4034 §3.1.3)');
  const signed = Buffer.concat([head, canonicalSet(rrset)]);
  t.ok(verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, data.subarray(head.length)));
});

t.test('RFC 4034 §3.1.5: times past 2106 begin anew', async (t) => {
  const rrset = { owner: 'example.org', type: 1, ttl: 0 };
  const validity = { inception: 2 ** 32 - 1, expiration: 2 ** 32 + 5 };
  const head = Buffer.from(signatureHead(rrset, { zone: '', algorithm: 13, tag: 0 }, validity));
  t.same([head.readUInt32BE(8), head.readUInt32BE(12)], [5, 2 ** 32 - 1]);
});
