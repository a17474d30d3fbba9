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
