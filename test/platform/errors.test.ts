import t from 'tap';
import { codeOf, describeError, GeopoolError } from '../../src/platform/errors.js';

t.test('one line for whatever was thrown, and never a stack', async (t) => {
  t.equal(describeError(new Error('first\n    at there')), 'first');
  t.equal(describeError(new TypeError('')), 'TypeError');
  t.equal(describeError(Object.assign(new Error(''), { code: 'ECONNRESET' })), 'ECONNRESET');
  t.equal(describeError('text'), 'text');
  t.equal(describeError(undefined), 'undefined');
});

t.test('a system’s code is a text, and an error’s', async (t) => {
  t.equal(codeOf(Object.assign(new Error('x'), { code: 'ENOENT' })), 'ENOENT');
  t.equal(codeOf(Object.assign(new Error('x'), { code: 5 })), undefined);
  t.equal(codeOf({ code: 'ENOENT' }), undefined);
});

t.test('the exit code goes by the code', async (t) => {
  t.same(
    (['ZONE_INVALID', 'USAGE', 'SERVER_UNREACHABLE'] as const).map(
      (code) => new GeopoolError(code, 'x').exitCode,
    ),
    [1, 2, 3],
  );
  t.same(new GeopoolError('USAGE', 'x').details, []);
});
