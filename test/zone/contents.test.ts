import t from 'tap';
import { compilePattern, readContents } from '../../src/zone/contents.js';

t.test('a text, or a pattern between slashes', async (t) => {
  t.same(readContents('archive'), { text: 'archive' });
  t.same(readContents('/a'), { text: '/a' });
  t.same(readContents('/^a/b$/im'), { pattern: '^a/b$', flags: 'im' });
  for (const pattern of [
    '\\s+archive',
    '(?<name>a)',
    '\\u0041\\x41\\/\\-\\_',
    '[^]',
    '\\p{L}',
    '(?i)a',
    '[[:alpha:]]',
    '\\\\k<',
  ])
    t.same(readContents(`/${pattern}/`), { pattern, flags: '' }, pattern);
});

t.test('what can’t be matched in a bounded time is refused, and said so', async (t) => {
  for (const [pattern, named] of [
    ['(?=a)b', '(?='],
    ['(?!a)b', '(?!'],
    ['(?<=a)b', '(?<=a)'],
    ['(?<!a)b', '(?<!a)'],
    ['(a)\\1', '\\1'],
    ['(?<n>a)\\k<n>', '\\k<'],
    ['a{1001}', '{1001}'],
    ['((a{100}){100}){100}', '{100}'],
  ] as const) {
    const read = readContents(`/${pattern}/`);
    t.match(read, { fault: /write it without look-ahead, look-behind and references back/ }, pattern);
    t.ok('fault' in read && read.fault.includes(`: `) && read.fault.includes(named), pattern);
  }
});

t.test('what is no pattern anywhere is said to be none', async (t) => {
  for (const pattern of ['(', 'a|*', '[b-a]', 'a{2,1}']) {
    t.match(readContents(`/${pattern}/`), { fault: /is not a pattern: / }, pattern);
  }
});

t.test('a pattern means what it means in JavaScript', async (t) => {
  const texts = ['', 'a', 'A', 'a\nb', 'tails archive', 'b a', 'é', '2026-11-16', 'aab', '/', 'k<n>'];
  for (const [pattern, flags] of [
    ['a$', ''],
    ['^a', 'm'],
    ['a.b', 's'],
    ['(?<n>a)+b', ''],
    ['\\d{4}-\\d\\d', ''],
    ['\\bA\\b', 'i'],
    ['[^\\w\\s]', ''],
    ['\\u00e9|\\/', 'u'],
    ['^$', ''],
    ['(?:a|b){2,}?', ''],
  ] as const) {
    const compiled = compilePattern({ pattern, flags });
    t.same(
      texts.filter(compiled),
      texts.filter((text) => new RegExp(pattern, flags).test(text)),
      pattern,
    );
  }
});
