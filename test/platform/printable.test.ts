import fc from 'fast-check';
import t from 'tap';
import { printable } from '../../src/platform/printable.js';

t.test('what a terminal obeys is written as in JSON', async (t) => {
  const table: [text: string, printed: string][] = [
    ['\x1b[2J\x1b]0;title\x07', '\\u001b[2J\\u001b]0;title\\u0007'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['\x9b31m\x7f\0', '\\u009b31m\\u007f\\u0000'],
    ['one\u2028two\u2029three\u0085', 'one\\u2028two\\u2029three\\u0085'],
    ['\u202egnp.exe\u2066\u200f', '\\u202egnp.exe\\u2066\\u200f'],
    ['half \ud83d', 'half \\ud83d'],
  ];
  for (const [text, printed] of table) t.equal(printable(text), printed);
});

t.test('all other text is as it was', async (t) => {
  for (const text of ['Größe 5 µm', '雪の鏡', 'سرور می‌رود', '🪞 disk \\n full', "it's 100 %"]) {
    t.equal(printable(text), text);
  }
});

t.test('any text is one line, and JSON stays the same value', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = JSON.stringify({ [text]: text });
      return (
        !/[\p{Cc}\u2028\u2029]/u.test(printable(text)) && JSON.stringify(JSON.parse(printable(json))) === json
      );
    }),
  );
});
