import { Worker } from 'node:worker_threads';
import t from 'tap';
import { createPatternMatcher } from '../../src/probe/pattern-matcher.js';
import { createFakeClock } from '../fake-clock.js';

const never = new AbortController().signal;
const BLANKS = Buffer.alloc(65_536, ' ');
/** A body and a pattern for which even a matcher in linear time needs a second and more. */
const LONG = noise(65_536);
const MANY_STATES = { pattern: '[ab]*a.{900}c', flags: '' };

function noise(length: number): Buffer {
  const octets = Buffer.alloc(length, 'c');
  let state = 1;
  for (let i = 1; i < length; i++) {
    state = (state * 48_271) % 0x7fffffff;
    octets[i] = state % 2 === 0 ? 97 : 98;
  }
  return octets;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

t.test('patterns match as UTF-8, by their flags', async (t) => {
  const match = createPatternMatcher(createFakeClock());
  const matches = (text: string, pattern: string, flags = '') =>
    match(Buffer.from(text), { pattern, flags }, never);
  t.equal(await matches('Übersicht', '^.bersicht$'), true);
  t.equal(await matches('It works!', '^it\\b'), false);
  t.equal(await matches('It works!', '^it\\b', 'i'), true);
  t.equal(await matches('a\nb', '^b$'), false);
  t.equal(await matches('a\nb', '^b$', 'm'), true);
  t.equal(await matches('a\nb', 'a.b'), false);
  t.equal(await matches('a\nb', 'a.b', 'su'), true);
});

t.test('no body keeps a pattern busy, by which a matcher that goes back would not end today', async (t) => {
  const match = createPatternMatcher(createFakeClock());
  const table: readonly (readonly [Buffer, string])[] = [
    [BLANKS, '\\s+archive'],
    [Buffer.alloc(65_536, 'a'), '^(a+)+$|b'],
    [Buffer.from(`${'a'.repeat(65_000)}!`), '^(a+)+$'],
    [Buffer.alloc(65_536, 'x'), '(x+x+)+y'],
    [Buffer.alloc(65_536, '.'), '(.*)(.*)(.*)(.*)(.*)!'],
  ];
  const found = await Promise.all(
    Array.from({ length: 12 }, () => table)
      .flat()
      .map(([body, pattern]) => match(body, { pattern, flags: '' }, new AbortController().signal)),
  );
  for (const [i, result] of found.entries()) t.equal(result, i % 5 === 1, `${table[i % 5]?.[1]}`);
});

t.test('while a pattern is matched, everything else goes on', async (t) => {
  const match = createPatternMatcher(createFakeClock());
  await match(Buffer.from('a'), { pattern: 'a', flags: '' }, never);
  let turns = 0;
  let busy = true;
  const found = match(LONG, MANY_STATES, never).finally(() => {
    busy = false;
  });
  while (busy) {
    turns++;
    await turn();
  }
  t.equal(await found, false);
  t.ok(turns > 2, `${turns} turns`);
});

t.test('one that takes too long is given up, and the next has its turn', async (t) => {
  const clock = createFakeClock();
  const match = createPatternMatcher(clock);
  await match(Buffer.from('a'), { pattern: 'a', flags: '' }, never);
  const slow = match(LONG, MANY_STATES, never);
  const behind = match(BLANKS, { pattern: '^ +$', flags: '' }, never);
  await clock.advance(1000);
  t.match(await slow, { error: /takes too long to match on this body/, fault: 'unclear' });
  t.equal(await behind, true);
});

t.test('a probe whose time is over while it waits here is not the mirror’s fault', async (t) => {
  const match = createPatternMatcher(createFakeClock());
  const first = new AbortController();
  const second = new AbortController();
  const running = match(LONG.subarray(0, 10_000), MANY_STATES, first.signal);
  const waiting = match(BLANKS, { pattern: ' ', flags: '' }, second.signal);
  const ours = { error: 'no time was left here to match the body', fault: 'ours' };
  second.abort();
  t.same(await waiting, ours);
  first.abort();
  t.same(await running, ours);
  t.same(await match(BLANKS, { pattern: ' ', flags: '' }, AbortSignal.abort()), ours);
  t.equal(await match(BLANKS, { pattern: ' ', flags: '' }, never), true);
});

t.test('where no thread can be started, the mirror is not at fault, and the next one may be', async (t) => {
  let full = true;
  const match = createPatternMatcher(createFakeClock(), () => {
    if (full) throw new Error('resource temporarily unavailable');
    return new Worker(new URL('../../src/probe/pattern-worker.js', import.meta.url));
  });
  const pattern = { pattern: 'a', flags: '' };
  t.match(await match(Buffer.from('a'), pattern, never), {
    error: "patterns can't be matched here: resource temporarily unavailable",
    fault: 'ours',
  });
  full = false;
  t.equal(await match(Buffer.from('a'), pattern, never), true);
});
