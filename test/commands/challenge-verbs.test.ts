/** Tokens that begin as options do. */
import t from 'tap';
import { runProgram } from '../e2e/program.js';

const NAME = '_acme-challenge.dl.example.org';

t.test('a token that begins with a dash, and options behind the dashes', async (t) => {
  const cwd = t.testdir({});
  const run = (...args: string[]) => runProgram(['challenge', ...args], { cwd });
  for (const args of [
    ['add', NAME, '-abc'],
    ['add', '--', NAME, '-abc', '--until', '2h'],
    ['remove', NAME, '-abc'],
  ]) {
    const { code, stderr } = await run(...args);
    t.equal(code, 2, args.join(' '));
    t.match(
      stderr,
      /^If the token begins with -, put options first and -- before the name: geopool challenge /m,
    );
  }
  const { stderr } = await run('add', '--control', 'none', '--', NAME, '-abc');
  t.notMatch(stderr, /If the token begins/, 'as it is meant');
});
