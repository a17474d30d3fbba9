/** Server cookies by the examples of RFC 9018, and what makes one invalid. */
import t from 'tap';
import { newCookieSecrets, replaceSecrets, type SecretList } from '../../src/answer/cookie-secrets.js';
import { COOKIE, examineCookie, newCookieScratch } from '../../src/answer/server-cookie.js';
import { parseAddress } from '../../src/ip/address.js';
import { newCookie, readCookie, writeCookieOption } from '../../src/wire/cookie.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** What becomes of a cookie option: what it is worth, and the option of the answer. */
function examine(
  data: string,
  from: string,
  at: number,
  secrets: ReturnType<typeof newCookieSecrets>,
): { worth: number; answer: string } {
  const cookie = newCookie();
  const option = hex(data);
  readCookie(new DataView(option.buffer), 0, option.length, cookie);
  const address = parseAddress(from);
  if (address === null) throw new Error(`${from} is no address`);
  // Somewhere in a larger buffer, where the transport has it.
  const bytes = Uint8Array.of(255, 255, 255, ...address.bytes, 255);
  const peer = { bytes, offset: 3, ipv6: address.family === 'ipv6' };
  const worth = examineCookie(cookie, peer, secrets, at | 0, newCookieScratch());
  const out = new DataView(new ArrayBuffer(28));
  writeCookieOption(out, 0, cookie);
  return { worth, answer: Buffer.from(out.buffer).toString('hex').slice(8) };
}

const secretsOf = (...list: [string, string?]): ReturnType<typeof newCookieSecrets> => {
  const [current, other] = list;
  const secrets: SecretList = other === undefined ? [hex(current)] : [hex(current), hex(other)];
  return newCookieSecrets(secrets);
};

const SECRET = 'e5e973e5a6b2a43f48e7dc849e37bfcf';
const CLIENT = '198.51.100.100';
/** Of A.1: made for CLIENT at MADE. */
const GOOD = '2464c4abcf10c957010000005cf79f111f8130c3eee29480';
const MADE = 1_559_731_985;

t.test('RFC 9018 A.1: a client without a server cookie learns one', async (t) => {
  t.same(examine('2464c4abcf10c957', CLIENT, MADE, secretsOf(SECRET)), {
    worth: COOKIE.CLIENT_ONLY,
    answer: GOOD,
  });
});

t.test('RFC 9018 A.2: one that is 40 minutes old is renewed', async (t) => {
  t.same(examine(GOOD, CLIENT, 1_559_734_385, secretsOf(SECRET)), {
    worth: COOKIE.VALID,
    answer: '2464c4abcf10c957010000005cf7a871d4a564a1442aca77',
  });
});

t.test('RFC 9018 A.3: another client, and reserved octets that are set', async (t) => {
  const theirs = 'fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5';
  t.same(
    examine(theirs, '203.0.113.203', 1_559_734_700, secretsOf(SECRET)),
    { worth: COOKIE.INVALID, answer: 'fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e' },
    'in the example it is older than an hour',
  );
  t.equal(examine(theirs, '203.0.113.203', 0x5cf7_8f71, secretsOf(SECRET)).worth, COOKIE.VALID);
});

t.test('RFC 9018 A.4: IPv6, and a secret that was rolled over', async (t) => {
  const theirs = '22681ab97d52c298010000005cf7c57926556bd0934c72f8';
  const from = '2001:db8:220:1:59de:d0f4:8769:82b8';
  const before = 'dd3bdf9344b678b185a6f5cb60fca715';
  const after = '445536bcd2513298075a5d379663c962';
  const expected = {
    worth: COOKIE.VALID,
    answer: '22681ab97d52c298010000005cf7c609a6bb79d16625507a',
  };
  t.same(examine(theirs, from, 1_559_741_961, secretsOf(after, before)), expected);
  const secrets = secretsOf(before);
  t.same(examine(theirs, from, 1_559_741_961, secrets), { worth: COOKIE.VALID, answer: theirs });
  replaceSecrets(secrets, [hex(after), hex(before)]);
  t.same(examine(theirs, from, 1_559_741_961, secrets), expected, 'rolled over while it runs');
  replaceSecrets(secrets, [hex(after)]);
  t.equal(examine(theirs, from, 1_559_741_961, secrets).worth, COOKIE.INVALID, 'and forgotten');
});

t.test('good for an hour, young for half of it, and up to five minutes ahead of us', async (t) => {
  const table: [age: number, worth: number, same: boolean][] = [
    [0, COOKIE.VALID, true],
    [1799, COOKIE.VALID, true],
    [1800, COOKIE.VALID, false],
    [3600, COOKIE.VALID, false],
    [3601, COOKIE.INVALID, false],
    [-300, COOKIE.VALID, true],
    [-301, COOKIE.INVALID, false],
    [2 ** 31, COOKIE.INVALID, false],
  ];
  for (const [age, worth, same] of table) {
    const seen = examine(GOOD, CLIENT, MADE + age, secretsOf(SECRET));
    t.same([seen.worth, seen.answer === GOOD], [worth, same], `${age} s old`);
    t.equal(examine(seen.answer, CLIENT, MADE + age, secretsOf(SECRET)).worth, COOKIE.VALID, 'the new one');
  }
});

t.test('RFC 1982: the time may pass 2^32', async (t) => {
  const made = 0xffff_ff00;
  const { answer } = examine('2464c4abcf10c957', CLIENT, made, secretsOf(SECRET));
  t.match(answer, /^2464c4abcf10c95701000000ffffff00/);
  t.same(examine(answer, CLIENT, made + 512, secretsOf(SECRET)), { worth: COOKIE.VALID, answer });
  t.equal(examine(answer, CLIENT, made + 3601, secretsOf(SECRET)).worth, COOKIE.INVALID);
});

t.test('whatever is changed in it, it is good no more, and a good one comes back', async (t) => {
  const secrets = secretsOf(SECRET, '00112233445566778899aabbccddeeff');
  for (let octet = 0; octet < 24; octet++) {
    const changed = hex(GOOD);
    changed[octet] = (changed[octet] ?? 0) ^ 0x10;
    const seen = examine(Buffer.from(changed).toString('hex'), CLIENT, MADE, secrets);
    t.equal(seen.worth, COOKIE.INVALID, `octet ${octet}`);
    t.equal(examine(seen.answer, CLIENT, MADE, secrets).worth, COOKIE.VALID);
  }
  t.equal(examine(GOOD, '198.51.100.101', MADE, secrets).worth, COOKIE.INVALID, 'another client');
  t.equal(examine(GOOD, '::ffff:198.51.100.100', MADE, secrets).worth, COOKIE.INVALID);
  for (const other of [GOOD.slice(0, 32), GOOD.slice(0, 46), `${GOOD}00`, GOOD.padEnd(80, '0')]) {
    t.same(examine(other, CLIENT, MADE, secrets), { worth: COOKIE.INVALID, answer: GOOD }, other);
  }
});
