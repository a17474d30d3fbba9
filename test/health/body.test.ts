import t from 'tap';
import { missingFrom } from '../../src/health/body.js';

const body = (text: string, whole = true) => ({ octets: Buffer.from(text), whole });

/** Again where a pattern took too long for which any time is enough: this machine may have stood still. */
function found(...[content, contains]: Parameters<typeof missingFrom>): ReturnType<typeof missingFrom> {
  for (let left = 10; ; left--) {
    const complaint = missingFrom(content, contains);
    if (complaint?.fault !== 'unclear' || left === 0) return complaint;
  }
}

t.test('a text, or a pattern', async (t) => {
  t.equal(missingFrom(body('Übersicht der Spiegel'), { text: 'Übersicht' }), undefined);
  t.equal(found(body('Index of /tails'), { pattern: '^index OF', flags: 'i' }), undefined);
  t.same(missingFrom(body('It works!'), { text: 'tails "x"' }), {
    error: 'the body does not contain "tails \\"x\\""',
  });
  t.same(found(body('It works!', false), { pattern: 'a+', flags: 'i' }), {
    error: 'the first 64 KiB of the body do not contain /a+/i',
  });
  t.same(missingFrom(body(''), { text: 'a' }), { error: 'the body is empty, expected "a" in it' });
});

t.test('no body keeps a pattern busy for long', async (t) => {
  const before = performance.now();
  const slow = missingFrom(body(`${'a'.repeat(60)}!`), { pattern: '^(a+)+$', flags: '' });
  t.match(slow?.error, /takes too long to match on this body/);
  // Unbounded, it would take years.
  t.ok(performance.now() - before < 60_000);
});
