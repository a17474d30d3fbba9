import fc from 'fast-check';
import t from 'tap';
import { readCaa, readMx, readRaw, readSrv, readTargetOf, readTxt } from '../../src/zone/record-text.js';

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

t.test('targets', async (t) => {
  t.same(readTargetOf('CNAME')('a.example.'), { type: 'CNAME', target: 'a.example' });
  t.same(readTargetOf('PTR')('a.example'), { type: 'PTR', target: 'a.example' });
  t.match(readTargetOf('CNAME')('.'), { fault: /\S/ });
});

t.test('TXT is cut into strings of 255 octets', async (t) => {
  t.same(readTxt(''), { type: 'TXT', strings: [''] });
  t.same(readTxt('x'.repeat(255)), { type: 'TXT', strings: ['x'.repeat(255)] });
  t.same(readTxt('x'.repeat(256)), { type: 'TXT', strings: ['x'.repeat(255), 'x'] });
  t.match(readTxt('x'.repeat(65_280)), { fault: /65535 octets/ });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (text) => {
      const read = readTxt(text);
      if ('fault' in read) return false;
      return (
        read.strings.join('') === text && read.strings.every((string) => Buffer.byteLength(string) <= 255)
      );
    }),
  );
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
