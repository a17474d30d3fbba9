/** Keys, their tags and their DS: the examples of RFC 4034 §5.4, 6605 §6.1 and 8080 §6.1. */
import { createPrivateKey } from 'node:crypto';
import t from 'tap';
import { dnskeyData, dsData, keyTag, newPrivateKey, type ZoneKey, zoneKeyOf } from '../../src/dnssec/keys.js';

const TIMES = { publish: 0, activate: 0, retire: Infinity, remove: Infinity };

interface Example {
  readonly zone: string;
  readonly algorithm: 13 | 15;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly tag: number;
  readonly digest: string;
}

const EXAMPLES: readonly Example[] = [
  {
    zone: 'example.net',
    algorithm: 13,
    privateKey: 'GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=',
    publicKey: 'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
    tag: 55648,
    digest: 'b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17',
  },
  {
    zone: 'example.com',
    algorithm: 15,
    privateKey: 'ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=',
    publicKey: 'l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
    tag: 3613,
    digest: '3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b',
  },
  {
    zone: 'example.com',
    algorithm: 15,
    privateKey: 'DSSF3o0s0f+ElWzj9E/Osxw8hLpk55chkmx0LYN5WiY=',
    publicKey: 'zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=',
    tag: 35217,
    digest: '401781b934e392de492ec77ae2e15d70f6575a1c0bc59c5275c04ebe80c6614c',
  },
];

function pemOf({ algorithm, privateKey, publicKey }: Example): string {
  const [d, whole] = [privateKey, publicKey].map((base64) => Buffer.from(base64, 'base64'));
  const [x, y] = [whole?.subarray(0, 32), whole?.subarray(32)].map((part) => part?.toString('base64url'));
  const jwk = {
    d: d?.toString('base64url') ?? '',
    x: x ?? '',
    ...(algorithm === 13 ? { kty: 'EC', crv: 'P-256', y: y ?? '' } : { kty: 'OKP', crv: 'Ed25519' }),
  };
  return createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }).toString();
}

function made(algorithm: 13 | 15, privateKey: string): ZoneKey {
  const key = zoneKeyOf(algorithm, privateKey, TIMES);
  if (key === undefined) throw new Error('no key');
  return key;
}

t.test('public key, tag and DS are those of the RFCs', async (t) => {
  for (const example of EXAMPLES) {
    const key = made(example.algorithm, pemOf(example));
    t.equal(Buffer.from(key.publicKey).toString('base64'), example.publicKey);
    t.equal(key.tag, example.tag);
    const head = Buffer.from([example.tag >> 8, example.tag & 255, example.algorithm, 2]).toString('hex');
    t.equal(Buffer.from(dsData(example.zone, key)).toString('hex'), head + example.digest);
    t.same([...dnskeyData(key).subarray(0, 4)], [1, 1, 3, example.algorithm]);
  }
});

t.test('the tag of a key of any length', async (t) => {
  const key = `AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvx
    egXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==`;
  t.equal(keyTag(Uint8Array.of(1, 0, 3, 5, ...Buffer.from(key, 'base64'))), 60485);
  t.equal(keyTag(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff)), 0xff00);
});

t.test('a new key is of its algorithm, and no other', async (t) => {
  for (const [algorithm, octets] of [
    [13, 64],
    [15, 32],
  ] as const) {
    const pem = newPrivateKey(algorithm);
    t.equal(made(algorithm, pem).publicKey.length, octets);
    t.not(newPrivateKey(algorithm), pem);
    t.equal(zoneKeyOf(algorithm === 13 ? 15 : 13, pem, TIMES), undefined);
    t.equal(
      zoneKeyOf(algorithm, pem.replace(/\w{4}\n-----END/, '!!!!\n-----END').slice(40), TIMES),
      undefined,
    );
  }
});
