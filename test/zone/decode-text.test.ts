import t from 'tap';
import { decodeText } from '../../src/zone/decode-text.js';

t.test('UTF-8 is text, with what stands for something that was none before', async (t) => {
  t.same(decodeText(Buffer.from('a: ü\n# \uFFFD\n')), { text: 'a: ü\n# \uFFFD\n' });
  t.same(decodeText(Buffer.of()), { text: '' });
});

t.test('what is not UTF-8 is said with its place', async (t) => {
  const place = (...parts: (string | number)[]): unknown =>
    decodeText(
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part)))),
    );
  const fault = /the octet FC is not UTF-8: save the file in that encoding/;
  t.match(place('a: M', 0xfc, 'nchen\n'), { line: 1, column: 5, fault });
  t.match(
    place('a: 1\r\n', 'ü\uFFFD😀: ', 0xfc),
    { line: 2, column: 7, fault },
    'columns are as editors count',
  );
  t.match(
    place('a\n\n', 0xe2, 0x82, '\n', 0xfc),
    { line: 3, column: 1, fault: /octet E2/ },
    'a character cut short',
  );
  t.match(place(0xff, 0xfe, 'a', 0), { line: 1, column: 1, fault: /UTF-16: save it in UTF-8/ });
});
