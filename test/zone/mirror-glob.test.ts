import t from 'tap';
import { globMatcher, isGlob } from '../../src/zone/mirror-glob.js';

t.test('a name means itself', async (t) => {
  t.notOk(isGlob('aurora.eu-1'));
  t.ok(globMatcher('aurora.eu-1')('aurora.eu-1'));
  t.notOk(globMatcher('aurora.eu-1')('auroraxeu-1'));
});

t.test('a star is any number of characters, a question mark is one', async (t) => {
  const matches = (glob: string): string[] => ['a', 'b', 'b1', 'b12', 'x.b1'].filter(globMatcher(glob));
  t.same(matches('*'), ['a', 'b', 'b1', 'b12', 'x.b1']);
  t.same(matches('b*'), ['b', 'b1', 'b12']);
  t.same(matches('b?'), ['b1']);
  t.same(matches('*.b*'), ['x.b1'], 'a dot is a dot');
  t.same(matches('c*'), []);
});

t.test('all of a name counts, however often a star has to take more of it', async (t) => {
  for (const [glob, name, means] of [
    ['*ab', 'aabab', true],
    ['*ab', 'abc', false],
    ['a*b*c', 'abbcbc', true],
    ['a*b*c', 'abbcb', false],
    ['*a?c*', 'aabcac', true],
    ['a**', 'a', true],
    ['a?', 'a', false],
    ['?', '', false],
  ] as const) {
    t.equal(globMatcher(glob)(name), means, `${glob} and ${name}`);
  }
});

t.test('no glob is slow, whatever the name', async (t) => {
  // With backtracking over all stars, these would be tried in more ways than a lifetime has time for.
  t.notOk(globMatcher(`${'*a'.repeat(30)}*b`)('a'.repeat(63)));
  t.ok(globMatcher(`${'*a'.repeat(30)}*`)('a'.repeat(63)));
});
