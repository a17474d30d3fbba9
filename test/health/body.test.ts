import t from 'tap';
import { missingFrom } from '../../src/health/body.js';

const body = (text: string) => Buffer.from(text);

t.test('a text, or a pattern', async (t) => {
  t.equal(missingFrom(body('Übersicht der Spiegel'), true, { text: 'Übersicht' }), undefined);
  t.equal(missingFrom(body('Index of /tails'), true, { pattern: '^index OF', flags: 'i' }), undefined);
  t.same(missingFrom(body('It works!'), true, { text: 'tails "x"' }), {
    error: 'the body does not contain "tails \\"x\\""',
  });
  t.same(missingFrom(body('It works!'), false, { pattern: 'a+', flags: 'i' }), {
    error: 'the first 64 KiB of the body do not contain /a+/i',
  });
  t.same(missingFrom(body(''), true, { text: 'a' }), { error: 'the body is empty, expected "a" in it' });
});

t.test('no body keeps a pattern busy for long', async (t) => {
  const before = performance.now();
  const slow = missingFrom(body(`${'a'.repeat(60)}!`), true, { pattern: '^(a+)+$', flags: '' });
  t.match(slow?.error, /takes too long to match on this body/);
  t.ok(performance.now() - before < 5000);
});
