import t from 'tap';

import { missingFrom } from '../../src/probe/body.js';
import { createPatternMatcher } from '../../src/probe/pattern-matcher.js';
import type { Contents } from '../../src/zone/http-probe-keys.js';
import { createFakeClock } from '../fake-clock.js';

const match = createPatternMatcher(createFakeClock());
const missing = (text: string, contains: Contents, whole = true) =>
  missingFrom({ octets: Buffer.from(text), whole }, contains, match, new AbortController().signal);

t.test('a text, or a pattern', async (t) => {
  t.equal(await missing('Übersicht der Spiegel', { text: 'Übersicht' }), undefined);
  t.equal(await missing('Index of /tails', { pattern: '^index OF', flags: 'i' }), undefined);
  t.same(await missing('It works!', { text: 'tails "x"' }), {
    error: 'the body does not contain "tails \\"x\\""',
  });
  t.same(await missing('It works!', { pattern: 'a+', flags: 'i' }, false), {
    error: 'the first 64 KiB of the body do not contain /a+/i',
  });
  t.same(await missing('', { text: 'a' }), { error: 'the body is empty, expected "a" in it' });
});
