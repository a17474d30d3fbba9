import t from 'tap';
import { createMeter, tooSlow } from '../../src/probe/rate.js';

const SPEED = { minRate: 2_000_000, sample: 1_000_000 };

t.test('the rate is from the first octets to the last', async (t) => {
  const meter = createMeter(SPEED);
  t.equal(meter.rate(), undefined);
  t.notOk(meter.add(100_000, 5000));
  t.notOk(meter.add(100_000, 5100));
  t.equal(meter.rate(), 1_000_000);
  t.equal(meter.rate(5200), 500_000, 'until now');
  t.ok(meter.add(800_000, 5300), 'full');
  t.equal(meter.rate(), 3_000_000);
  t.equal(meter.octets(), 1_000_000);
});

t.test('all in one piece is fast, not slow', async (t) => {
  const meter = createMeter(SPEED);
  meter.add(1000, 5000);
  t.equal(meter.rate(), 10_000_000);
});

t.test('there must be time enough to tell', async (t) => {
  const meter = createMeter(SPEED);
  t.notOk(meter.settled(9999));
  meter.add(10, 5000);
  t.notOk(meter.settled(5249));
  t.ok(meter.settled(5250), 'half of the half second that it may take');
});

t.test('too slow says how slow', async (t) => {
  t.equal(tooSlow(2_000_000, 1_000_000, SPEED), undefined);
  t.equal(
    tooSlow(123_456, 345_678, SPEED)?.error,
    'too slow: 123 kB/s over 346 kB, expected at least 2 MB/s',
  );
  t.match(tooSlow(undefined, 0, SPEED)?.error, /empty/);
});
