import fc from 'fast-check';
import t from 'tap';
import {
  readCaa,
  readDs,
  readMx,
  readRaw,
  readSrv,
  readTargetOf,
  readTxt,
} from '../../src/zone/record-text.js';

t.test('MX', async (t) => {
  t.same(readMx(' 10  Mail.Example.org. '), { type: 'MX', preference: 10, exchange: 'mail.example.org' });
  t.same(readMx('0 .'), { type: 'MX', preference: 0, exchange: '' }, 'no mail here (RFC 7505)');
  for (const text of [
    '',
    '10',
    'mail.example.org',
    '65536 a.example',
    '-1 a.example',
    '1 a.example b',
    '1 a..b',
  ]) {
    t.match(readMx(text), { fault: /\S/ }, text);
  }
});

t.test('SRV', async (t) => {
  t.same(readSrv('0 5 443 www.example.org.'), {
    type: 'SRV',
    priority: 0,
    weight: 5,
    port: 443,
    target: 'www.example.org',
  });
  for (const text of ['0 5 443', '0 5 65536 a.example', '0 5 443 192.0.2.1', '0 5 443 a b']) {
    t.match(readSrv(text), { fault: /\S/ }, text);
  }
});

t.test('CAA', async (t) => {
  t.same(readCaa('0 issue "letsencrypt.org"'), {
    type: 'CAA',
    flags: 0,
    tag: 'issue',
    value: 'letsencrypt.org',
  });
  t.same(readCaa('128 ISSUEWILD ;'), { type: 'CAA', flags: 128, tag: 'issuewild', value: ';' });
  t.same(readCaa('0 issue ""'), { type: 'CAA', flags: 0, tag: 'issue', value: '' });
  t.same(readCaa('0 issue "a; \\"b\\" \\\\"'), { type: 'CAA', flags: 0, tag: 'issue', value: 'a; "b" \\' });
  for (const text of ['issue "a"', '0 issue', '256 issue "a"', '0 iss-ue "a"', '0 issue "a', '0 issue a b']) {
    t.match(readCaa(text), { fault: /\S/ }, text);
  }
});

t.test('DS', async (t) => {
  const digest = Uint8Array.from(Buffer.from('ab'.repeat(20), 'hex'));
  const ds = { type: 'DS', keyTag: 60485, algorithm: 5, digestType: 1, digest };
  t.same(readDs(` 60485 5 1 ${'AB'.repeat(10)} ${'ab'.repeat(10)} `), ds);
  t.same(readDs('1 13 9 00'), {
    type: 'DS',
    keyTag: 1,
    algorithm: 13,
    digestType: 9,
    digest: Uint8Array.of(0),
  });
  t.same(readDs('\\# 1 0a'), { type: 'RAW', bytes: Uint8Array.of(10) });
  t.match(readDs(`1 13 2 ${'ab'.repeat(20)}`), {
    fault: /the digest has 20 octets, those of type 2 have 32/,
  });
  for (const text of ['', '1 13 2', '65536 13 2 00', '1 256 2 00', '1 13 2 0', '1 13 2 0g', 'x']) {
    t.match(readDs(text), { fault: /is not a DS record, expected KEYTAG ALGORITHM/ }, text);
  }
});

t.test('targets', async (t) => {
  t.same(readTargetOf('CNAME')('a.example.'), { type: 'CNAME', target: 'a.example' });
  t.same(readTargetOf('PTR')('a.example'), { type: 'PTR', target: 'a.example' });
  t.same(readTargetOf('NS')('A.example'), { type: 'NS', target: 'a.example' });
  t.match(readTargetOf('CNAME')('.'), { fault: /\S/ });
});

/** The strings of a TXT record as text. */
function stringsOf(text: string): readonly string[] {
  const read = readTxt(text);
  return 'fault' in read ? [] : read.strings.map((string) => Buffer.from(string).toString());
}

t.test('TXT is cut into strings of 255 octets', async (t) => {
  t.same(stringsOf(''), ['']);
  t.same(stringsOf('x'.repeat(255)), ['x'.repeat(255)]);
  t.same(stringsOf('x'.repeat(256)), ['x'.repeat(255), 'x']);
  t.match(readTxt('x'.repeat(65_280)), { fault: /65535 octets/ });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (text) => {
      if (text.trimStart().startsWith('"')) return true;
      const strings = stringsOf(text);
      return strings.join('') === text && strings.every((string) => Buffer.byteLength(string) <= 255);
    }),
  );
});

t.test('TXT that begins with a double quote is strings as they are', async (t) => {
  t.same(stringsOf('"a b" "c"'), ['a b', 'c']);
  t.same(stringsOf(' "" '), ['']);
  t.same(stringsOf('"v=spf1 \\"x\\" \\\\"\t"\\065"'), ['v=spf1 "x" \\', 'A']);
  t.same(stringsOf('a "b"'), ['a "b"'], 'and other text is not');
  t.same(readTxt('"\\255"'), { type: 'TXT', strings: [Buffer.of(255)] });
  t.match(readTxt(`"${'x'.repeat(256)}"`), { fault: /a string has 256 octets, the most is 255/ });
  for (const text of ['"', '"a', '"a" b', '"a""b"', '"a" "b']) {
    t.match(readTxt(text), { fault: /begins with a double quote, expected strings such as/ }, text);
  }
  t.match(readTxt('"\\256"'), { fault: /"\\256" is not an escape/ });
  t.match(readTxt('"\\25"'), { fault: /"\\" is not an escape/ });
});

t.test('bytes', async (t) => {
  t.same(readRaw('\\# 0'), { type: 'RAW', bytes: new Uint8Array(0) });
  t.same(readRaw(' \\#  3 0a 0 BcC '), { type: 'RAW', bytes: Uint8Array.of(0x0a, 0x0b, 0xcc) });
  for (const text of [
    '',
    '\\#',
    '# 1 00',
    '\\# 1',
    '\\# 1 0',
    '\\# 1 0g',
    '\\# 2 00',
    '\\# 0 00',
    '\\# 65536 00',
    '1 00',
  ]) {
    t.match(readRaw(text), { fault: /\S/ }, text);
  }
});
