import t from 'tap';
import { isMap } from 'yaml';
import { composeYaml } from '../../src/zone/compose-yaml.js';

/** The comments of a document by what they stand at. */
function commentsAt(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const note = (where: string, comment: string | null | undefined): void => {
    if (comment) found[where] = comment.trim();
  };
  const walk = (node: unknown, path: string): void => {
    if (!isMap<{ value: string; commentBefore?: string }, unknown>(node)) return;
    note(`in ${path}`, node.commentBefore);
    for (const { key, value } of node.items) {
      note(`above ${path}${key.value}`, key.commentBefore);
      walk(value, `${path}${key.value}.`);
    }
    note(`at the end of ${path}`, node.comment);
  };
  const document = composeYaml(text);
  walk(document.contents, '');
  note('at the end', document.comment);
  return found;
}

t.test('comments between two keys stay with what they are indented like', async (t) => {
  const text = 'a:\n  b:\n    c: 1\n    # of b\n  # of a\n# of d\nd: 1\n';
  t.same(commentsAt(text), { 'at the end of a.b.': 'of b', 'at the end of a.': 'of a', 'above d': 'of d' });
});

t.test('the same behind a collection in brackets, and at the end of the file', async (t) => {
  const text = 'a:\n  b: { c: 1 }\n# of d\nd:\n  e: [1]\n  # of d too\n# of the file\n';
  t.same(commentsAt(text), {
    'above d': 'of d',
    'at the end of d.': 'of d too',
    'at the end': 'of the file',
  });
});

t.test('a comment that begins deeper stays there', async (t) => {
  t.same(commentsAt('a:\n  b: 1\n    # deep\n  c: 2\n'), { 'above a.c': 'deep' });
});
