import t from 'tap';
import { readCookieSecrets } from '../../src/zone/cookie-secrets.js';

const ONE = 'e5e973e5a6b2a43f48e7dc849e37bfcf';
const TWO = '445536BCD2513298075A5D379663C962';

t.test('one secret or two, the first of which makes cookies', async (t) => {
  const one = Uint8Array.from(Buffer.from(ONE, 'hex'));
  const two = Uint8Array.from(Buffer.from(TWO, 'hex'));
  for (const text of [ONE, `${ONE}\n`, `# of 2026-11\n\n  ${ONE}\r\n`]) {
    t.same(readCookieSecrets(text, 'secrets'), { secrets: [one] });
  }
  t.same(readCookieSecrets(`${TWO}\n# and before that\n${ONE}\n`, 'secrets'), { secrets: [two, one] });
});

t.test('faults have places, and no secret in them', async (t) => {
  const table: [text: string, faults: RegExp[]][] = [
    ['', [/^s:1:1: no secret in it/]],
    ['# nothing\n', [/^s:1:1: no secret in it/]],
    [ONE.slice(1), [/^s:1:1: not a secret \(31 characters\), expected 32 hexadecimal digits/]],
    [`${ONE}\n  ${ONE} ${TWO}`, [/^s:2:3: not a secret \(65 characters\)/]],
    [`${ONE}\n${TWO}\n\n${TWO}`, [/^s:4:1: a third secret/]],
    [`x${ONE.slice(1)}\nkey`, [/^s:1:1: not a secret/, /^s:2:1: not a secret/]],
  ];
  for (const [text, expected] of table) {
    const read = readCookieSecrets(text, 's');
    const faults = 'faults' in read ? read.faults : [];
    t.match(faults, expected);
    t.equal(faults.length, expected.length);
    t.notMatch(faults.join(), /e973e5a6|36bcd251/i);
  }
});
