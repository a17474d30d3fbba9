import t from 'tap';
import { commentsIn } from '../../src/zone/yaml-comments.js';

t.test('finds each comment with its line, and whether it is alone there', async (t) => {
  const text = `# one\na: 1 # two\n\nb: "# none" #three\nc: |\n  # none\n  x\n  #\n#\n- [x, # four\r\n  y]\n`;
  t.same(commentsIn(text), [
    { line: 1, text: 'one', alone: true },
    { line: 2, text: 'two', alone: false },
    { line: 4, text: 'three', alone: false },
    { line: 9, text: '', alone: true },
    { line: 10, text: 'four', alone: false },
  ]);
});

t.test('a text without any has none', async (t) => {
  t.same(commentsIn('a: b#c\n'), []);
  t.same(commentsIn(''), []);
});
