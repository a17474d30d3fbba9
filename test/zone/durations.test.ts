import t from 'tap';
import { DURATION_PATTERN, formatDuration, formatSpan, readDuration } from '../../src/zone/durations.js';

t.test('durations', async (t) => {
  const known = { '500ms': 500, '30s': 30_000, '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000, '0s': 0 };
  for (const [text, ms] of Object.entries(known)) {
    t.equal(readDuration(text), ms, text);
    t.match(text, new RegExp(DURATION_PATTERN));
  }
  for (const text of ['', '30', '1.5s', '-1s', '1 s', '1S', '1w', 's', '1h30m', '1e3s', '9999999999s']) {
    t.match(readDuration(text), { fault: /\S/ }, text);
    t.notMatch(text, new RegExp(DURATION_PATTERN));
  }
  t.match(readDuration('30'), { fault: /write 30s/ });
});

t.test('in the largest unit without a fraction', async (t) => {
  t.equal(formatDuration(90_000), '90s');
  t.equal(formatDuration(120_000), '2m');
  t.equal(formatDuration(86_400_000), '1d');
  t.equal(formatDuration(1500), '1500ms');
  t.equal(formatDuration(0), '0ms');
});

t.test('a span is said in two units', async (t) => {
  const ages: readonly [number, string][] = [
    [0, '0s'],
    [999, '0s'],
    [1000, '1s'],
    [61_000, '1m 1s'],
    [3_600_000, '1h'],
    [3_601_000, '1h 1s'],
    [90_061_000, '1d 1h'],
    // A clock that was set back.
    [-5000, '0s'],
  ];
  for (const [ms, text] of ages) t.equal(formatSpan(ms), text, `${ms} ms`);
});
